#!/usr/bin/env python3
"""Loss gradients by a Triton kernel that reads X once, as an expert would write it in an afternoon.

    triton_loss_gradient.py --case TYPE:SAMPLES:FEATURES[:warm] ... [--check]

A program takes tiles of whole rows, keeps its part of the gradient in registers and writes it once;
a sum over programs adds the parts. There is a row for each of a few sizes of the tile.
--check needs no GPU with TRITON_INTERPRET=1.
"""
import loss_gradient_peer as peer
from torch_device import TorchDevice

TILES = ((4096, 4), (8192, 8), (16384, 16))  # values of X, warps
MOST_REGISTER_VALUES = 32768


class Triton(TorchDevice):
    name = "triton"

    def __init__(self, only_check):
        import triton
        super().__init__(only_check)
        self.version = triton.__version__
        from triton_kernel import loss_gradient_kernel
        self.kernel, self.power_of_2 = loss_gradient_kernel, triton.next_power_of_2
        self.wide_types = {"f64": triton.language.float64}
        self.narrow = triton.language.float32

    def evaluation(self, problem, tile, warps):
        torch, case = self.torch, problem.case
        columns = self.power_of_2(case.features)
        rows = max(1, tile // columns)
        processors = 132
        if self.has_device:
            processors = torch.cuda.get_device_properties(0).multi_processor_count
        programs = min(processors * max(1, 32 // warps), -(-case.samples // rows))
        wide = self.wide_types.get(case.type, self.narrow)
        computing = torch.float64 if case.type == "f64" else torch.float32
        gradients = torch.full((programs, case.features), float("nan"), dtype=computing,
                               device=self.device)
        losses = torch.full((programs,), float("nan"), dtype=computing, device=self.device)

        def evaluate(x, y, w):
            self.kernel[(programs,)](x, y, w, gradients, losses, case.samples, case.features,
                                     rows=rows, columns=columns, wide=wide, num_warps=warps)
            return losses.sum(), gradients.sum(0)

        return evaluate

    def variants(self, problem):
        columns = self.power_of_2(problem.case.features)
        if columns > MOST_REGISTER_VALUES:
            raise ValueError(f"a program holds rows of {MOST_REGISTER_VALUES} values at most")
        return {f"single-pass-{tile}": self.evaluation(problem, tile, warps)
                for tile, warps in TILES if columns <= tile or (tile, warps) == TILES[-1]}


if __name__ == "__main__":
    peer.run("triton", Triton)
