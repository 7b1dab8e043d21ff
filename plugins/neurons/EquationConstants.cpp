#include "plugins/neurons/EquationConstants.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/graph/Formula.h"
#include "engine/sim/Program.h"
#include "plugins/neurons/EquationCode.h"

namespace spk::neurons {
namespace {

using Matrix = std::vector<double>;

Matrix product(const Matrix& a, const Matrix& b, std::size_t n) {
  Matrix c(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < n; ++k)
      if (a[i * n + k] != 0)
        for (std::size_t j = 0; j < n; ++j) c[i * n + j] += a[i * n + k] * b[k * n + j];
  return c;
}

/// Powers of two that make rows and columns of like size (Parlett & Reinsch 1969); a column without
/// its row, a forcing, becomes as small as the others.
std::vector<double> balance(Matrix& m, std::size_t n) {
  std::vector<double> scale(n, 1.0);
  for (int round = 0; round < 20; ++round) {
    bool changed = false;
    for (std::size_t i = 0; i < n; ++i) {
      double row = 0, column = 0;
      for (std::size_t j = 0; j < n; ++j) {
        if (j == i) continue;
        row += std::fabs(m[i * n + j]);
        column += std::fabs(m[j * n + i]);
      }
      if (column == 0 || !std::isfinite(row + column)) continue;
      double ratio = row > 0 ? std::sqrt(row / column) : 1 / column;
      if (!std::isfinite(ratio)) continue;
      ratio = std::ldexp(1.0, std::ilogb(ratio * 1.4142135623730951));  // the nearest power
      if (ratio == 1) continue;
      for (std::size_t j = 0; j < n; ++j) m[j * n + i] *= ratio, m[i * n + j] /= ratio;
      scale[i] *= ratio;
      changed = true;
    }
    if (!changed) break;
  }
  return scale;
}

}  // namespace

std::vector<double> matrixExponential(std::vector<double> matrix, std::size_t n) {
  const std::vector<double> scale = balance(matrix, n);
  double norm = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < n; ++j) row += std::fabs(matrix[i * n + j]);
    norm = std::max(norm, row);
  }
  int halvings = 0;
  for (; norm > 0.25 && halvings < 64 && std::isfinite(norm); norm /= 2) ++halvings;
  for (double& x : matrix) x = std::ldexp(x, -halvings);
  // exp(M) − 1, so that small entries keep their digits while it is squared: (1 + e)² − 1.
  Matrix e = matrix, term = matrix;
  for (int k = 2; k <= 14; ++k) {
    term = product(term, matrix, n);
    for (double& x : term) x /= k;
    for (std::size_t i = 0; i < e.size(); ++i) e[i] += term[i];
  }
  for (; halvings > 0; --halvings) {
    const Matrix square = product(e, e, n);
    for (std::size_t i = 0; i < e.size(); ++i) e[i] = 2 * e[i] + square[i];
  }
  for (std::size_t i = 0; i < n; ++i) {
    e[i * n + i] += 1;
    for (std::size_t j = 0; j < n; ++j) e[i * n + j] *= scale[i] / scale[j];
  }
  return e;
}

void computeConstants(std::span<const std::uint32_t> program, std::span<const double> parameters,
                      double dt_ms, std::span<double> constants) {
  using Op = Formula::Op;
  std::vector<double> values, solved;
  const std::uint32_t* w = program.data() + program[program::kSetup];
  while (*w != static_cast<std::uint32_t>(Setup::Outputs)) {
    if (*w == static_cast<std::uint32_t>(Setup::Solve)) {
      const std::size_t n = w[1];
      Matrix m(n * n, 0.0);
      const std::uint32_t* entry = w + 3;
      for (std::uint32_t i = 0; i < w[2]; ++i, entry += 3)
        m[entry[0] * n + entry[1]] = values[entry[2]] * dt_ms;
      m = matrixExponential(std::move(m), n);
      const std::uint32_t wanted = *entry++;
      for (std::uint32_t i = 0; i < wanted; ++i, entry += 3) {
        solved.resize(std::max<std::size_t>(solved.size(), entry[2] + 1));
        solved[entry[2]] = m[entry[0] * n + entry[1]];
      }
      w = entry;
      continue;
    }
    const Op op = static_cast<Op>(*w++);
    const int operands = Formula::operands(op);
    if (op == Op::Literal) {
      values.push_back(std::bit_cast<double>(w[0] | static_cast<std::uint64_t>(w[1]) << 32));
      w += 2;
    } else if (op == Op::Parameter) {
      values.push_back(parameters[*w++]);
    } else if (op == Op::StepWidth) {
      values.push_back(dt_ms);
    } else if (op == Op::Solved) {
      values.push_back(solved[*w++]);
    } else {
      const double a = values[w[0]], b = operands > 1 ? values[w[1]] : 0,
                   c = operands > 2 ? values[w[2]] : 0;
      values.push_back(Formula::evaluate(op, a, b, c));
      w += operands;
    }
  }
  for (double& constant : constants) {
    ++w;
    constant = *w == ~0u ? 0 : values[*w];
  }
}

}  // namespace spk::neurons
