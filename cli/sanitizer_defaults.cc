// Only in builds with AddressSanitizer: libclang and LLVM keep memory until the process ends, which is no leak of ours.
extern "C" const char* __lsan_default_suppressions();   // NOLINT(bugprone-reserved-identifier): the sanitizer's name
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "leak:libclang\nleak:libLLVM\n";
}
