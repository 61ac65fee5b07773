// A user's program: a functor differentiated on the device, at points that are there already.
#include <batchgrad/device_derivative.cuh>

struct Product {
  template <class Point>
  __host__ __device__ auto operator()(const Point& x) const {
    using batchgrad::math::exp;
    return x[0] * x[0] * exp(x[1]);
  }
};

void gradients_of_product(const double* points, double* gradients, batchgrad::index_t count) {
  batchgrad::differentiate_on_device<double>(Product{}, {points, count, 2},
                                             {.derivatives = {gradients, count, 2}},
                                             {.method = batchgrad::Method::forward_ad});
}
