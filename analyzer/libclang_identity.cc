#include "analyzer/libclang_identity.h"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

namespace spangate {
namespace {

using Json = nlohmann::json;

// A package that installs or removes a library renews it.
constexpr const char* kLoaderCache = "/etc/ld.so.cache";

std::string StampOf(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return "absent";
  return fmt::format("{} {} {}.{} {}.{}", status.st_size, status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                     status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

std::string Variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): spangate never changes its environment
  return value == nullptr ? "" : value;
}

std::string NoteIn(const char* at, const char* end) {
  while (static_cast<size_t>(end - at) >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, at, sizeof(header));
    at += sizeof(header);
    const size_t name = (header.n_namesz + 3U) & ~size_t{3};
    const size_t text = (header.n_descsz + 3U) & ~size_t{3};
    if (static_cast<size_t>(end - at) < name + text) break;
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && std::memcmp(at, "GNU", 4) == 0) {
      std::string id;
      for (size_t i = 0; i < header.n_descsz; ++i)
        id += fmt::format("{:02x}", static_cast<unsigned char>(at[name + i]));
      return id;
    }
    at += name + text;
  }
  return "";
}

struct Wanted {
  std::string path;
  std::string id;
  bool first = true;
};

bool IsFile(const char* name, const std::string& path) {
  std::error_code error;
  return std::filesystem::equivalent(name, path, error) && !error;
}

int Visit(dl_phdr_info* object, size_t, void* data) {
  auto* wanted = static_cast<Wanted*>(data);
  const bool program = std::exchange(wanted->first, false);
  if (wanted->path.empty() ? !program : !IsFile(object->dlpi_name, wanted->path)) return 0;
  for (int i = 0; i < object->dlpi_phnum && wanted->id.empty(); ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const char* at =
        reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr);  // NOLINT(performance-no-int-to-ptr)
    wanted->id = NoteIn(at, at + segment.p_memsz);
  }
  return 1;
}

Json ParseRecord(std::string_view record) {
  Json json = Json::parse(record, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

}  // namespace

std::string BuildId(const std::string& path) {
  Wanted wanted{.path = path, .id = {}};
  dl_iterate_phdr(&Visit, &wanted);
  return wanted.id;
}

LibclangIdentity IdentityOf(const Libclang& clang) {
  std::string id = BuildId(clang.path);
  if (id.empty()) id = StampOf(clang.path);
  return {.version = clang.version,
          .major = clang.major,
          .text = fmt::format("{} {} {}", clang.version, id, BuiltinHeaderFolder(clang))};
}

std::string LibclangRequest(const std::string& option) {
  std::string request = option + '\n' + Variable("SPANGATE_LIBCLANG") + '\n' + Variable("LD_LIBRARY_PATH");
  request += '\n' + StampOf(kLoaderCache);
  // Without the loader's cache a library may appear in a folder that is searched.
  const std::string folders = Variable("LD_LIBRARY_PATH") + ":";
  for (size_t from = 0, colon = folders.find(':'); colon != std::string::npos;
       from = colon + 1, colon = folders.find(':', from)) {
    if (colon > from) request += '\n' + StampOf(folders.substr(from, colon - from));
  }
  return request;
}

std::optional<LibclangIdentity> RememberedIdentity(std::string_view record, const std::string& request) {
  const Json json = ParseRecord(record);
  const auto found = json.find(request);
  if (found == json.end() || !found->is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto value = found->find(key);
    return value != found->end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  const std::string path = text("path");
  if (path.empty() || text("stamp") != StampOf(path)) return std::nullopt;
  LibclangIdentity identity{.version = text("version"), .text = text("identity")};
  const auto major = found->find("major");
  if (major == found->end() || !major->is_number_integer() || identity.text.empty()) return std::nullopt;
  identity.major = major->get<int>();
  return identity;
}

std::string RememberIdentity(std::string_view record, const std::string& request, const Libclang& clang,
                             const LibclangIdentity& identity) {
  constexpr size_t kMaxAnswers = 16;  // of changed environments; the old ones are asked for no more
  Json json = ParseRecord(record);
  if (json.size() >= kMaxAnswers) json = Json::object();
  json[request] = {{"path", clang.path},
                   {"stamp", StampOf(clang.path)},
                   {"version", identity.version},
                   {"major", identity.major},
                   {"identity", identity.text}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace spangate
