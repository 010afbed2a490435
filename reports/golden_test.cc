// Every format over one fixed run, compared with tests/golden/. UPDATE_GOLDEN=1 rewrites the files; read the diff.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>

#include "common/text.h"
#include "reports/report.h"
#include "reports/sample_run.h"

namespace spangate {
namespace {

// Formats whose file name does not end in their name.
std::string GoldenFile(std::string_view format) {
  const std::map<std::string_view, std::string> kEndings = {{"text", "txt"}, {"junit", "junit.xml"}};
  const auto ending = kEndings.find(format);
  return SPANGATE_GOLDEN_DIR "/report." + (ending == kEndings.end() ? std::string(format) : ending->second);
}

class EveryFormat : public testing::TestWithParam<Format> {};

TEST_P(EveryFormat, RendersItsGoldenFile) {
  const std::string rendered = GetParam().render(SampleRun(), &SampleSource);
  const std::string path = GoldenFile(GetParam().name);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe): one thread
    std::ofstream(path, std::ios::binary) << rendered;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing; UPDATE_GOLDEN=1 writes it";
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(rendered, golden.str());
}

TEST_P(EveryFormat, IsReadableWhateverTheTextsHold) {
  std::mt19937 random(20261121);
  for (int i = 0; i < 100; ++i) {
    const RunResult run = RandomRun(random);
    const std::string rendered = GetParam().render(run, &SampleSource);
    EXPECT_TRUE(IsUtf8(rendered)) << i;
    if (GetParam().name == "junit") {
      pugi::xml_document document;
      const auto parsed = document.load_buffer(rendered.data(), rendered.size(), pugi::parse_full);
      EXPECT_TRUE(parsed) << i << ": " << parsed.description();
      EXPECT_EQ(rendered.find_first_of(std::string("\0\x01\x1b", 3)), std::string::npos);
    } else if (GetParam().name == "text") {
      for (const char c : rendered) EXPECT_TRUE(c == '\n' || static_cast<uint8_t>(c) >= 0x20) << i;
    } else {
      EXPECT_TRUE(nlohmann::json::accept(rendered)) << i;
    }
  }
}

TEST_P(EveryFormat, NeverShowsTheSourceOfASensitiveFinding) {
  EXPECT_EQ(GetParam().render(SampleRun(), &SampleSource).find("4111 1111"), std::string::npos);
}

TEST_P(EveryFormat, RendersARunOfNothing) {
  RunResult run;
  run.info.command = "analyze";
  EXPECT_FALSE(GetParam().render(run, nullptr).empty());
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, testing::ValuesIn(Formats().begin(), Formats().end()),
                         [](const auto& format) { return std::string(format.param.name); });

TEST(Formats, StandInTheOrderOfHelp) {
  std::vector<std::string_view> names;
  for (const Format& format : Formats()) names.push_back(format.name);
  EXPECT_THAT(names, testing::ElementsAre("text", "json", "junit", "sarif"));
  EXPECT_EQ(FindFormat("sarif"), &Formats()[3]);
  EXPECT_EQ(FindFormat("pdf"), nullptr);
}

}  // namespace
}  // namespace spangate
