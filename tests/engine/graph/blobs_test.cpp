#include "engine/graph/blobs.h"

#include <QTemporaryDir>
#include <QTest>

#include "engine/base/file.h"
#include "tests/kit/graph.h"

using namespace spk;
namespace fs = std::filesystem;

class BlobsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { QVERIFY(folder_.emplace().isValid()); }

  void foldersLieBesideTheProject() {
    QCOMPARE(blobFolder("/a/net.spk"), fs::path("/a/net.blobs"));
    QCOMPARE(blobFolder("/a/net.spk.journal"), fs::path("/a/net.blobs"));
    QCOMPARE(blobFolder("/a/untitled-1.journal"), fs::path("/a/untitled-1.blobs"));
  }

  /// A file is written once; its name says what is in it.
  void writtenOnce() {
    const Blob blob({2, 2}, {1, 2, 3, 4});
    const Project project = kit::projectOf({kit::node(2, "x", "", {{"a", blob}, {"b", blob}})});
    QVERIFY(writeBlobs(project, at("blobs")));
    const fs::path file = at("blobs") / (blob.name() + ".h5");
    const auto written = fs::last_write_time(file);
    QVERIFY(writeBlobs(project, at("blobs")));
    QCOMPARE(fs::last_write_time(file), written);
    QCOMPARE(std::distance(fs::directory_iterator(at("blobs")), fs::directory_iterator()),
             std::ptrdiff_t{1});
    QVERIFY(readBlob(blob.name(), at("blobs")).value() == blob);
  }

  void missingOnesAreFetchedOrTold() {
    const Blob there({1}, {1}), gone({1}, {2});
    QVERIFY(writeBlobs(kit::projectOf({kit::node(2, "x", "", {{"a", there}})}), at("blobs")));
    Project project = kit::projectOf({kit::node(
        2, "x", "E", {{"a", Blob::missing(there.name())}, {"b", Blob::missing(gone.name())}})});
    const Notes notes = fetchBlobs(project, at("blobs"));
    QCOMPARE(notes.size(), std::size_t{1});
    QCOMPARE(notes[0].key, std::string("b"));
    QVERIFY(!std::get<Blob>(project.find(Id{2})->values.at("a")).isMissing());
    int seen = 0;
    eachBlob(std::as_const(project.items[Id{2}].values), [&](const Blob&) { ++seen; });
    QCOMPARE(seen, 2);
    QVERIFY(
        writeBlobs(project, at("other")));  // what is missing cannot be written, and is no failure
    QVERIFY(!fs::exists(at("other") / (gone.name() + ".h5")));
  }

  void damagedFilesAreErrors() {
    const Blob blob({3}, {1, 2, 3});
    QVERIFY(writeBlobs(kit::projectOf({kit::node(2, "x", "", {{"a", blob}})}), at("blobs")));
    const fs::path file = at("blobs") / (blob.name() + ".h5");
    const std::string whole = readFile(file).value();
    for (const std::string& damaged :
         {std::string(), whole.substr(0, whole.size() / 2), std::string("text")}) {
      QVERIFY(writeFileSafely(file, damaged));
      QVERIFY(!readBlob(blob.name(), at("blobs")));
    }
  }

 private:
  fs::path at(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
  std::optional<QTemporaryDir> folder_;
};

QTEST_APPLESS_MAIN(BlobsTest)
#include "blobs_test.moc"
