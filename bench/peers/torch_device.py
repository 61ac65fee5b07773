"""Inputs and times of PyTorch on a GPU: what the peers that go by its tensors share."""
import loss_gradient_peer as peer


class TorchDevice:
    def __init__(self, only_check):
        import torch
        self.torch = torch
        self.version = torch.__version__
        self.has_device = torch.cuda.is_available()
        if not self.has_device and not only_check:
            raise RuntimeError("torch sees no CUDA device")
        self.device = "cuda" if self.has_device else "cpu"
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.set_float32_matmul_precision("highest")

    def load(self, problem):
        torch, case = self.torch, problem.case
        stored = {"f32": torch.float32, "f64": torch.float64, "bf16": torch.bfloat16}[case.type]
        base = torch.from_numpy(problem.x).to(self.device, stored)
        labels = torch.from_numpy(problem.y).to(self.device)
        x = torch.empty((case.samples, case.features), dtype=stored, device=self.device)
        y = torch.empty(case.samples, dtype=labels.dtype, device=self.device)
        for first, last, rows in problem.pieces():
            x[first:last] = base[:rows]
            y[first:last] = labels[:rows]
        return x, y, torch.from_numpy(problem.w).to(self.device)

    def to_numpy(self, tensor):
        return tensor.detach().cpu().numpy()

    def synchronize(self):
        if self.has_device:
            self.torch.cuda.synchronize()

    def release(self):
        if self.has_device:
            self.torch.cuda.empty_cache()

    def captured(self, evaluate, inputs):
        """All evaluations as one CUDA graph, or, where they cannot be captured, a plain loop."""
        torch = self.torch

        def loop():
            return [evaluate(*each) for each in inputs]

        stream = torch.cuda.Stream()
        with torch.cuda.stream(stream):
            loop()
        stream.synchronize()
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph, stream=stream):
                kept = loop()
        except RuntimeError:
            torch.cuda.synchronize()
            return loop
        graph.batchgrad_results = kept  # live as long as what writes them
        return graph.replay

    def device_times(self, evaluate, inputs):
        torch = self.torch
        work = self.captured(evaluate, inputs)
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        times = []
        for _ in range(peer.WARM_UPS + peer.RUNS):
            start.record()
            work()
            end.record()
            end.synchronize()
            times.append(start.elapsed_time(end) / len(inputs))
        return times[peer.WARM_UPS:]
