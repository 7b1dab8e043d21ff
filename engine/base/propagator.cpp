#include "engine/base/propagator.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace spk {
namespace {

using Matrix = std::vector<double>;

Matrix product(const Matrix& a, const Matrix& b, std::size_t n) {
  Matrix c(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t j = 0; j < n; ++j) c[i * n + j] += a[i * n + k] * b[k * n + j];
  return c;
}

}  // namespace

std::vector<double> propagator(std::span<const double> A, std::size_t n, double t) {
  assert(A.size() == n * n);
  double size = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < n; ++j) row += std::fabs(A[i * n + j] * t);
    size = std::max(size, row);
  }
  int halvings = 0;
  for (; size > 0.25 && halvings < 60; size /= 2) ++halvings;
  Matrix small(n * n), term(n * n, 0.0);
  for (std::size_t i = 0; i < n * n; ++i) small[i] = std::ldexp(A[i] * t, -halvings);
  // exp − 1 is what is squared, so that what is far smaller than 1 keeps its digits.
  Matrix rest = small;
  term = small;
  for (int k = 2; k <= 14; ++k) {  // 0.25^15 / 15! < 1e-21
    term = product(term, small, n);
    for (double& x : term) x /= k;
    for (std::size_t i = 0; i < n * n; ++i) rest[i] += term[i];
  }
  for (int k = 0; k < halvings; ++k) {
    const Matrix square = product(rest, rest, n);
    for (std::size_t i = 0; i < n * n; ++i) rest[i] = 2 * rest[i] + square[i];
  }
  for (std::size_t i = 0; i < n; ++i) rest[i * n + i] += 1;
  return rest;
}

}  // namespace spk
