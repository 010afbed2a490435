// Linked into programs that load libclang, in builds with AddressSanitizer only: no search for leaks at their end.
// LLVM keeps memory until the process ends, and suppressions by library do not help: its frames have no frame pointers,
// so some of those stacks never name it. Our own leaks show in the unit tests that do without libclang.
extern "C" int __lsan_is_turned_off();               // NOLINT(bugprone-reserved-identifier): the sanitizer's name
extern "C" int __lsan_is_turned_off() { return 1; }  // NOLINT(bugprone-reserved-identifier)
