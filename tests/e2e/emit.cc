// emit FILE...: posts OTLP/JSON documents to $OTEL_EXPORTER_OTLP_TRACES_ENDPOINT. Exit code 0 when each got 200.
#include <httplib.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
  const char* variable = std::getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (variable == nullptr) {
    std::fprintf(stderr, "emit: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not set\n");
    return 20;
  }
  const std::string url = variable;
  const size_t path = url.find('/', url.find("//") + 2);
  httplib::Client client(url.substr(0, path));
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    const std::string body((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto answer = client.Post(url.substr(path), body, "application/json");
    if (!answer || answer->status != 200) {
      std::fprintf(stderr, "emit: %s: %d\n", argv[i], answer ? answer->status : 0);
      return 21;
    }
  }
  return 0;
}
