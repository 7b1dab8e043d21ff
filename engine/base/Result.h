#pragma once
#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace spk {

/// What went wrong, said once, in words and with numbers; `where` names the thing (a parameter,
/// a file and byte, a node).
struct Error {
  std::string what, where;
  /// "where: what", or just what.
  std::string text() const { return where.empty() ? what : where + ": " + what; }
};

/// A value, or the Error that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}
  template <class U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result>)
  Result(U&& value) : held_(std::in_place_index<0>, std::forward<U>(value)) {}

  explicit operator bool() const { return held_.index() == 0; }
  T& value() & { return assert(*this), *std::get_if<0>(&held_); }
  const T& value() const& { return assert(*this), *std::get_if<0>(&held_); }
  T&& value() && { return assert(*this), std::move(*std::get_if<0>(&held_)); }
  const Error& error() const& { return assert(!*this), *std::get_if<1>(&held_); }
  Error&& error() && { return assert(!*this), std::move(*std::get_if<1>(&held_)); }

 private:
  std::variant<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}
  explicit operator bool() const { return !failed_; }
  const Error& error() const& { return assert(failed_), error_; }
  Error&& error() && { return assert(failed_), std::move(error_); }

 private:
  bool failed_ = false;
  Error error_;
};

}  // namespace spk

#define SPK_JOIN_(a, b) a##b
#define SPK_JOIN(a, b) SPK_JOIN_(a, b)
/// `TRY(auto x, f());` binds the value of f(), or hands its error up.
#define TRY(declaration, expression)                                                    \
  auto SPK_JOIN(tried_, __LINE__) = (expression);                                       \
  if (!SPK_JOIN(tried_, __LINE__)) return std::move(SPK_JOIN(tried_, __LINE__)).error(); \
  declaration = std::move(SPK_JOIN(tried_, __LINE__)).value()
/// `TRY_DO(f());` for a Result<void>.
#define TRY_DO(expression) \
  if (auto tried = (expression); !tried) return std::move(tried).error()
