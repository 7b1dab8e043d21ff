#include "engine/graph/blobs.h"

#include <QTemporaryDir>
#include <QTest>

#include "engine/base/file.h"
#include "engine/graph/ProjectFile.h"
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

  /// What the file, its .bak or a journal names stays, and what an edit has just brought back.
  void straysAreThoseThatNothingNames() {
    const Blob kept({1}, {1}), old({1}, {2}), undone({1}, {3}), back({1}, {4}), stray({1}, {5});
    Project all = kit::projectOf({kit::node(
        2, "x", "E", {{"a", kept}, {"b", old}, {"c", undone}, {"d", back}, {"e", stray}})});
    const fs::path path = at("net.spk"), blobs = blobFolder(path);
    QVERIFY(writeBlobs(all, blobs));
    QVERIFY(writeFileSafely(blobs / "notes.txt", "not ours", KeepOld::No));
    QVERIFY(save(kit::projectOf({kit::node(2, "x", "E", {{"a", kept}, {"b", old}})}), path));
    QVERIFY(save(kit::projectOf({kit::node(2, "x", "E", {{"a", kept}})}), path));
    QVERIFY(writeFileSafely(path.string() + ".journal", "{\"after\": \"" + undone.name() + "\"}",
                            KeepOld::No));
    auto expected = std::vector{back.name(), stray.name()};
    std::ranges::sort(expected);
    QCOMPARE(strayBlobs(path), expected);
    Edit again{"undo"};
    again.ops.push_back(Set{Id{2}, "d", {}, Value(back)});
    removeBlobs(expected, {&again, 1}, blobs);
    for (const Blob* blob : {&kept, &old, &undone, &back})
      QVERIFY(fs::exists(blobs / (blob->name() + ".h5")));
    QVERIFY(!fs::exists(blobs / (stray.name() + ".h5")));
    QVERIFY(fs::exists(blobs / "notes.txt"));
    QVERIFY(strayBlobs(at("other.spk")).empty());
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
