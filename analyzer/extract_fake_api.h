// For tests: the names of the standard library and of the OpenTelemetry API that the extraction knows, and no more, so
// that a snippet parses in milliseconds and on any machine. Real headers are tried by tests/.
#pragma once

#include <string_view>

namespace spangate::testing {

inline constexpr std::string_view kFakeApi = R"cpp(
  using size_t = decltype(sizeof(0));
  namespace std {
  template <class T>
  struct remove_reference {
    using type = T;
  };
  template <class T>
  struct remove_reference<T&> {
    using type = T;
  };
  template <class T>
  typename remove_reference<T>::type&& move(T&& t) noexcept;
  template <class E>
  class initializer_list {
    const E* p;
    size_t n;

   public:
    const E* begin() const;
    const E* end() const;
  };
  template <class A, class B>
  struct pair {
    A first;
    B second;
  };
  inline namespace cxx11 {
  template <class C>
  class basic_string {
   public:
    basic_string();
    basic_string(const C*);
    ~basic_string();
    basic_string(const basic_string&);
    basic_string& operator=(const C*);
    basic_string& operator=(const basic_string&);
    basic_string& operator+=(const basic_string&);
    basic_string& append(const basic_string&);
    const C* c_str() const;
    size_t size() const;
    const basic_string* begin() const;
  };
  }  // namespace cxx11
  using string = basic_string<char>;
  string operator+(const char*, const string&);
  string operator+(const string&, const char*);
  string operator+(const string&, const string&);
  string to_string(int);
  template <class C>
  class basic_string_view {
   public:
    constexpr basic_string_view(const C* t) : t_(t) {}
    constexpr basic_string_view(const C* t, size_t n) : t_(t) {}
    basic_string_view(const string&);
    const C* t_;
  };
  using string_view = basic_string_view<char>;
  template <class T>
  class shared_ptr {
   public:
    shared_ptr();
    explicit shared_ptr(T*);
    shared_ptr(const shared_ptr&);
    ~shared_ptr();
    T* operator->() const;
    T& operator*() const;
    T* get() const;
    explicit operator bool() const;
  };
  template <class T>
  class unique_ptr {
   public:
    explicit unique_ptr(T*);
    unique_ptr(unique_ptr&&);
    ~unique_ptr();
    T* operator->() const;
  };
  template <class T>
  class vector {
   public:
    vector();
    vector(initializer_list<T>);
    void push_back(const T&);
    const T* begin() const;
    const T* end() const;
  };
  template <class K, class V>
  class map {
   public:
    map();
    V& operator[](const K&);
  };
  template <class S>
  class function;
  template <class R, class... A>
  class function<R(A...)> {
   public:
    function();
    template <class F>
    function(F) {}
    R operator()(A...) const;
  };
  class thread {
   public:
    template <class F, class... A>
    explicit thread(F&&, A&&...) {}
    void join();
  };
  template <class F>
  void async(F&&);
  template <class T, class... A>
  unique_ptr<T> make_unique(A&&...);
  }  // namespace std
  extern "C" int snprintf(char*, size_t, const char*, ...);
  namespace opentelemetry {
  inline namespace v1 {
  namespace nostd {
  using string_view = std::string_view;
  template <class T>
  class shared_ptr {
   public:
    shared_ptr();
    explicit shared_ptr(T*);
    shared_ptr(const shared_ptr&);
    ~shared_ptr();
    T* operator->() const;
    T& operator*() const;
    T* get() const;
    explicit operator bool() const;
  };
  template <class... T>
  class variant {
   public:
    template <class U>
    variant(U&&);
  };
  template <class T>
  class unique_ptr {
   public:
    unique_ptr(unique_ptr&&);
    ~unique_ptr();
  };
  }  // namespace nostd
  namespace common {
  using AttributeValue = nostd::variant<bool, int, const char*, std::string_view>;
  }
  using Pairs = std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>>;
  namespace context {
  struct Context {
    Context();
    ~Context();
  };
  class Token {
   public:
    ~Token();
  };
  class RuntimeContext {
   public:
    static nostd::unique_ptr<Token> Attach(const Context&);
    static Context GetCurrent();
  };
  }  // namespace context
  namespace trace {
  enum class StatusCode { kUnset, kOk, kError };
  enum class SpanKind { kInternal, kServer, kClient, kProducer, kConsumer };
  struct SpanContext {
    SpanContext();
    ~SpanContext();
  };
  struct StartSpanOptions {
    long start = 0;
    SpanContext parent;
    SpanKind kind = SpanKind::kInternal;
  };
  class Span {
   public:
    virtual ~Span();
    virtual void SetAttribute(nostd::string_view, const common::AttributeValue&) = 0;
    virtual void AddEvent(nostd::string_view) = 0;
    void AddEvent(nostd::string_view, Pairs);
    template <class T>
    void AddEvent(nostd::string_view, const T&);
    virtual void SetStatus(StatusCode, nostd::string_view = "") = 0;
    virtual void UpdateName(nostd::string_view) = 0;
    virtual void End() = 0;
    SpanContext GetContext() const;
  };
  class Scope {
   public:
    explicit Scope(const nostd::shared_ptr<Span>&);
    Scope(Scope&&);
    ~Scope();
  };
  class Tracer {
   public:
    virtual ~Tracer();
    nostd::shared_ptr<Span> StartSpan(nostd::string_view, const StartSpanOptions& = {});
    nostd::shared_ptr<Span> StartSpan(nostd::string_view, Pairs, const StartSpanOptions& = {});
    static Scope WithActiveSpan(nostd::shared_ptr<Span>&);
    static nostd::shared_ptr<Span> GetCurrentSpan();
  };
  class TracerProvider {
   public:
    virtual nostd::shared_ptr<Tracer> GetTracer(nostd::string_view, nostd::string_view = "") = 0;
  };
  struct Provider {
    static nostd::shared_ptr<TracerProvider> GetTracerProvider();
  };
  context::Context SetSpan(context::Context&, const nostd::shared_ptr<Span>&);
  }  // namespace trace
  namespace semconv {
  static constexpr const char* kSchemaUrl = "https://opentelemetry.io/schemas/1.44.0";
  namespace http {
  static constexpr const char* kHttpRequestMethod = "http.request.method";
  }
  }  // namespace semconv
  }  // namespace v1
  }  // namespace opentelemetry
  namespace trace = opentelemetry::trace;
  namespace nostd = opentelemetry::nostd;
  using SpanPtr = nostd::shared_ptr<trace::Span>;
  extern nostd::shared_ptr<trace::Tracer> T;
  extern SpanPtr span;
  void work();
  int number();
  bool test();
  std::string text();
)cpp";

}  // namespace spangate::testing
