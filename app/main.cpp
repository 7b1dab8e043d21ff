#include <cstdio>

int main() {
  std::puts("spikarium 0.1.0");
  return 0;
}
