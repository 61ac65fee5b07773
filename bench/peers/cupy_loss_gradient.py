#!/usr/bin/env python3
"""Loss gradients by CuPy on a GPU: two products and one kernel of the user's between them.

    cupy_loss_gradient.py --case TYPE:SAMPLES:FEATURES[:warm] ...
"""
import loss_gradient_peer as peer


class Cupy:
    name = "cupy"

    def __init__(self, only_check):
        import cupy
        self.cupy, self.version = cupy, cupy.__version__
        if cupy.cuda.runtime.getDeviceCount() == 0:
            raise RuntimeError("cupy sees no CUDA device")
        self.stream = cupy.cuda.Stream(non_blocking=True)
        self.stream.use()

    def load(self, problem):
        cupy, case = self.cupy, problem.case
        if case.type == "bf16":
            raise TypeError("cupy has no matrix product of bf16")
        base, labels = cupy.asarray(problem.x), cupy.asarray(problem.y)
        x = cupy.empty((case.samples, case.features), base.dtype)
        y = cupy.empty(case.samples, labels.dtype)
        for first, last, rows in problem.pieces():
            x[first:last] = base[:rows]
            y[first:last] = labels[:rows]
        return x, y, cupy.asarray(problem.w)

    def variants(self, problem):
        link = self.cupy.ElementwiseKernel(
            "T z, T y", "T r, T l",
            "T e = exp(-abs(z)); T q = 1 / (1 + e); r = (z >= 0 ? q : e * q) - y;"
            "l = max(z, T(0)) - y * z + log1p(e);", "logistic_link")

        def closed(x, y, w):
            r, loss = link(x @ w, y)
            return loss.sum(dtype="float64"), r @ x

        return {"closed": closed}

    def to_numpy(self, array):
        return self.cupy.asnumpy(array)

    def synchronize(self):
        self.stream.synchronize()

    def release(self):
        self.cupy.get_default_memory_pool().free_all_blocks()

    def captured(self, evaluate, inputs):
        """All evaluations as one CUDA graph, or, where they cannot be captured, a plain loop."""
        def loop():
            return [evaluate(*each) for each in inputs]

        try:
            self.stream.begin_capture()
            kept = loop()
            graph = self.stream.end_capture()
        except Exception:  # which one depends on what could not be captured
            self.end_failed_capture()
            return loop
        return lambda: (graph.launch(self.stream), kept)

    def end_failed_capture(self):
        try:
            if self.stream.is_capturing():
                self.stream.end_capture()
        except self.cupy.cuda.runtime.CUDARuntimeError:
            pass  # it says again that nothing was captured

    def device_times(self, evaluate, inputs):
        work = self.captured(evaluate, inputs)
        start, end = (self.cupy.cuda.Event() for _ in range(2))
        times = []
        for _ in range(peer.WARM_UPS + peer.RUNS):
            start.record(self.stream)
            work()
            end.record(self.stream)
            end.synchronize()
            times.append(self.cupy.cuda.get_elapsed_time(start, end) / len(inputs))
        return times[peer.WARM_UPS:]


if __name__ == "__main__":
    peer.run("cupy", Cupy)
