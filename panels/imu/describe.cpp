#include "engine/graph/Registry.h"
#include "engine/graph/viewParameters.h"

namespace spk::panels::imu {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.imu",
      .title = "Inertial samples",
      .doc = "What the inertial unit beside a camera's sensor measured, over time: rotation about "
             "its axes, acceleration along them, or temperature.",
      .role = Role::View,
      .group = "Views",
      .words = "imu gyroscope accelerometer rotation acceleration inertial camera",
      .shape = {.ports = {{.name = "in",
                           .signal = Signal::Trace,
                           .input = true,
                           .doc = "A camera's inertial samples; one wire."}},
                .parameters = {shownWindow(2000, 10),
                               {.name = "show",
                                .kind = Kind::Choice,
                                .initial = std::string("rotation"),
                                .doc = "rotation [degrees/s], acceleration [g] or temperature "
                                       "[degrees Celsius].",
                                .choices = {"rotation", "acceleration", "temperature"},
                                .essential = true}}}});
}

}  // namespace spk::panels::imu
