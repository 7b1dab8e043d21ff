#pragma once
#include <QWidget>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

class QGridLayout;
class QVBoxLayout;

namespace spk {

/// A demo as the start page shows it.
struct DemoCard {
  std::string id, title, about, level;
  std::filesystem::path project;
  bool hasLesson = false;
};

/// Where one begins: the demos, recent files, any file, an empty project.
class StartPage : public QWidget {
  Q_OBJECT
 public:
  explicit StartPage(QWidget* parent = nullptr);
  void show(std::vector<DemoCard> demos, std::vector<std::filesystem::path> recent);

  std::function<void(const std::filesystem::path&)> open;
  std::function<void()> openAny, startNew;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void fill();
  void addTitle(QVBoxLayout& column);
  void addHead(QVBoxLayout& column, const QString& words);
  void addDemos(QVBoxLayout& column);
  void addRecent(QVBoxLayout& column);
  void placeCards();

  QVBoxLayout* column_;
  QWidget* page_ = nullptr;
  QGridLayout* grid_ = nullptr;
  std::vector<QWidget*> cards_;
  std::vector<DemoCard> demos_;
  std::vector<std::filesystem::path> recent_;
};

}  // namespace spk
