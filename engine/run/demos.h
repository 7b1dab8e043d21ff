#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace spk {

/// A demo that comes with the program: a folder of resources/demos that holds a project.
struct Demo {
  std::string id;                   ///< the folder's name
  std::string title, about, level;  ///< of its lesson.json, else of its demo.json
  std::filesystem::path project;
  bool hasLesson = false;
};
/// All of them by id, but first the one that the program begins with.
std::vector<Demo> demos();

}  // namespace spk
