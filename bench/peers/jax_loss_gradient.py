#!/usr/bin/env python3
"""Loss gradients by JAX on a GPU: value_and_grad, the closed form, and sums of products.

    jax_loss_gradient.py --case TYPE:SAMPLES:FEATURES[:warm] ... [--check]

JAX has no events: device times are those of a queue of evaluations that is long enough to hide
that they are started from Python.
"""
import os
import time

import loss_gradient_peer as peer

QUEUE_SECONDS = 0.02


class Jax:
    name = "jax"

    def __init__(self, only_check):
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
        import jax
        jax.config.update("jax_default_matmul_precision", "highest")
        jax.config.update("jax_enable_x64", True)
        self.jax, self.version = jax, jax.__version__
        self.last = None
        if jax.default_backend() != "gpu" and not only_check:
            raise RuntimeError("jax sees no CUDA device")

    def load(self, problem):
        jnp = self.jax.numpy
        stored = jnp.bfloat16 if problem.case.type == "bf16" else problem.computing
        base, labels = jnp.asarray(problem.x, stored), jnp.asarray(problem.y)
        rows, samples = len(problem.x), problem.case.samples

        @self.jax.jit
        def repeated(values):
            return values[jnp.arange(samples) % rows]

        return repeated(base), repeated(labels), jnp.asarray(problem.w)

    def variants(self, problem):
        jax, jnp = self.jax, self.jax.numpy

        def loss(w, x, y):
            z = x.astype(w.dtype) @ w
            return jnp.sum(jax.nn.softplus(z) - y * z)

        def differentiated(x, y, w):
            return jax.value_and_grad(loss)(w, x, y)

        def closed(x, y, w):
            x = x.astype(w.dtype)
            z = x @ w
            return jnp.sum(jax.nn.softplus(z) - y * z), (jax.nn.sigmoid(z) - y) @ x

        def multiply_sum(x, y, w):
            x = x.astype(w.dtype)
            z = jnp.sum(x * w, 1)
            r = jax.nn.sigmoid(z) - y
            return jnp.sum(jax.nn.softplus(z) - y * z), jnp.sum(x * r[:, None], 0)

        forms = {"value-and-grad": differentiated, "closed": closed, "multiply-sum": multiply_sum}
        return {name: self.kept(jax.jit(f)) for name, f in forms.items()}

    def kept(self, f):
        """f, whose last result is what synchronize waits for: a device works in order."""
        def evaluate(*arguments):
            self.last = f(*arguments)
            return self.last
        return evaluate

    def to_numpy(self, array):
        import numpy
        return numpy.asarray(array)

    def synchronize(self):
        self.jax.block_until_ready(self.last)

    def release(self):
        self.last = None
        self.jax.clear_caches()

    def device_times(self, evaluate, inputs):
        one = min(peer.call_times(self, evaluate, inputs)) * 1e-3
        rounds = max(1, int(QUEUE_SECONDS / (one * len(inputs))))
        times = []
        for _ in range(peer.WARM_UPS + peer.RUNS):
            start = time.perf_counter()
            for _ in range(rounds):
                for each in inputs:
                    evaluate(*each)
            self.synchronize()
            times.append((time.perf_counter() - start) * 1e3 / (rounds * len(inputs)))
        return times[peer.WARM_UPS:]


if __name__ == "__main__":
    peer.run("jax", Jax)
