#include "analyzer/file_states.h"

#define XXH_INLINE_ALL
#include <dirent.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>

#include "analyzer/byte_stream.h"

namespace spangate {
namespace {

constexpr std::string_view kMagic = "SPGFILE";
constexpr uint8_t kVersion = 1;
// Of the times that a local kernel gives, which tick every ten milliseconds at the slowest.
constexpr int64_t kKernelTick = 20'000'000;
constexpr uint64_t kMaxFileBytes = uint64_t{256} << 20;

int64_t Nanoseconds(const timespec& time) { return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

std::optional<std::string> ReadBytes(const std::string& path, uint64_t size) {
  if (size > kMaxFileBytes) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) return std::nullopt;
  return bytes;
}

// The real path counts: facts name it, and a link may come to point elsewhere without a byte changing.
uint64_t HashOf(const std::string& path, const std::string& bytes) {
  std::string real = path;
  if (char* resolved = ::realpath(path.c_str(), nullptr)) {
    real = resolved;
    std::free(resolved);  // NOLINT(cppcoreguidelines-no-malloc): realpath allocates with malloc
  }
  const uint64_t hash = XXH3_64bits_withSeed(real.data(), real.size(), XXH3_64bits(bytes.data(), bytes.size()));
  return hash == 0 ? 1 : hash;
}

}  // namespace

int64_t WallClock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string FileStates::FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string FileStates::NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::optional<FileStates::Stamp> FileStates::StampOf(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Stamp{.size = static_cast<uint64_t>(status.st_size),
               .inode = status.st_ino,
               .device = status.st_dev,
               .modified = Nanoseconds(status.st_mtim),
               .changed = Nanoseconds(status.st_ctim)};
}

// REQUIRES: mutex_ is held.
FileStates::File& FileStates::Look(const std::string& path) {
  File& file = files_[path];
  if (file.this_run) return file;
  const int64_t now = WallClock();
  const std::optional<Stamp> stamp = StampOf(path);
  const bool believed = stamp && file.hash != 0 && *stamp == file.stamp &&
                        std::max(stamp->changed, stamp->modified) + settled_ < file.seen;
  file.this_run = true;
  if (believed) return file;
  file.hash = 0;
  if (stamp) {
    file.stamp = *stamp;
    file.seen = now;
    if (const auto bytes = ReadBytes(path, stamp->size)) file.hash = HashOf(path, *bytes);
  }
  changed_ = true;
  return file;
}

uint64_t FileStates::Content(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  return Look(path).hash;
}

uint64_t FileStates::ContentUnchangedSince(const std::string& path, int64_t since) {
  const std::scoped_lock lock(mutex_);
  const File& file = Look(path);
  const std::optional<Stamp> stamp = StampOf(path);
  if (!stamp || *stamp != file.stamp) return 0;
  return std::max(stamp->changed, stamp->modified) + kKernelTick < since ? file.hash : 0;
}

const FileStates::Folder& FileStates::FolderAt(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  const auto [at, fresh] = folders_.try_emplace(path);
  Folder& folder = at->second;
  if (!fresh) return folder;
  const auto close = [](DIR* open) { ::closedir(open); };
  const std::unique_ptr<DIR, decltype(close)> open(::opendir(path.c_str()), close);
  if (open == nullptr) return folder;
  folder.exists = true;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(open.get()))
    names.emplace_back(entry->d_name);  // NOLINT(concurrency-mt-unsafe)
  std::sort(names.begin(), names.end());
  uint64_t hash = 1;
  for (const std::string& name : names) hash = XXH3_64bits_withSeed(name.data(), name.size(), hash);
  folder.listing = hash == 0 ? 1 : hash;
  folder.names.insert(names.begin(), names.end());
  return folder;
}

const std::string& FileStates::NearestFolder(const std::string& path) {
  {
    const std::scoped_lock lock(mutex_);
    const auto known = nearest_.find(path);
    if (known != nearest_.end()) return known->second;
  }
  std::string folder = path;
  while (!FolderAt(folder).exists && folder != "/" && folder != ".") folder = FolderOf(folder);
  const std::scoped_lock lock(mutex_);
  return nearest_.try_emplace(path, std::move(folder)).first->second;
}

const std::vector<IncludeDirective>& FileStates::Directives(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  const auto [at, fresh] = directives_.try_emplace(path);
  if (!fresh) return at->second;
  const std::optional<Stamp> stamp = StampOf(path);
  const auto bytes = stamp ? ReadBytes(path, stamp->size) : std::nullopt;
  if (bytes) at->second = ScanIncludes(*bytes);
  return at->second;
}

bool FileStates::changed() const {
  const std::scoped_lock lock(mutex_);
  return changed_;
}

std::string FileStates::Save(size_t max_files) const {
  const std::scoped_lock lock(mutex_);
  std::vector<const std::pair<const std::string, File>*> kept;
  for (const auto& entry : files_) {
    if (entry.second.hash != 0) kept.push_back(&entry);
  }
  std::sort(kept.begin(), kept.end(), [](const auto* a, const auto* b) {
    return a->second.this_run != b->second.this_run ? a->second.this_run : a->first < b->first;
  });
  if (kept.size() > max_files) kept.resize(max_files);
  std::sort(kept.begin(), kept.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  ByteWriter body;
  body.Number(kept.size());
  std::string_view before;
  for (const auto* entry : kept) {
    const File& file = entry->second;
    body.FrontCoded(entry->first, before);
    before = entry->first;
    body.Fixed(file.hash);
    for (const uint64_t number : {file.stamp.size, file.stamp.inode, file.stamp.device}) body.Number(number);
    for (const int64_t time : {file.stamp.modified, file.stamp.changed, file.seen})
      body.Fixed(static_cast<uint64_t>(time));
  }
  return Framed(kMagic, kVersion, body.bytes());
}

bool FileStates::Load(std::string_view table) {
  const std::optional<std::string_view> body = Unframed(kMagic, kVersion, table);
  if (!body) return false;
  ByteReader from(*body);
  std::unordered_map<std::string, File> files;
  const size_t count = from.Count();
  files.reserve(count);
  std::string path;
  for (size_t i = 0; i < count && !from.failed(); ++i) {
    from.FrontCoded(path);
    File file;
    file.hash = from.Fixed();
    for (uint64_t* number : {&file.stamp.size, &file.stamp.inode, &file.stamp.device}) *number = from.Number();
    for (int64_t* time : {&file.stamp.modified, &file.stamp.changed, &file.seen})
      *time = static_cast<int64_t>(from.Fixed());
    files.emplace(path, file);
  }
  if (from.failed() || !from.at_end()) return false;
  const std::scoped_lock lock(mutex_);
  files_ = std::move(files);
  return true;
}

}  // namespace spangate
