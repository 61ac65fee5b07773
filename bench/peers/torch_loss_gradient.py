#!/usr/bin/env python3
"""Loss gradients by PyTorch on a GPU: two products as a careful user writes them, automatic
differentiation as most do, and both forms that its compiler might turn into one pass over X.

    torch_loss_gradient.py --case TYPE:SAMPLES:FEATURES[:warm] ... [--check]
"""
import loss_gradient_peer as peer
from torch_device import TorchDevice


class Torch(TorchDevice):
    name = "torch"

    def variants(self, problem):
        torch = self.torch
        functional = torch.nn.functional

        def widened(x, w):
            return x if x.dtype == w.dtype else x.to(w.dtype)

        def closed(x, y, w):
            x = widened(x, w)
            z = x @ w
            return (functional.softplus(z) - y * z).sum(), (torch.sigmoid(z) - y) @ x

        def multiply_sum(x, y, w):
            x = widened(x, w)
            z = (x * w).sum(1)
            r = torch.sigmoid(z) - y
            return (functional.softplus(z) - y * z).sum(), (x * r[:, None]).sum(0)

        def autograd(x, y, w):
            w = w.detach().requires_grad_()
            loss = functional.binary_cross_entropy_with_logits(widened(x, w) @ w, y, reduction="sum")
            return loss.detach(), torch.autograd.grad(loss, w)[0]

        def compiled(f):
            return torch.compile(f, fullgraph=True, dynamic=False)

        return {"eager-closed": closed, "eager-autograd": autograd,
                "compile-closed": compiled(closed), "compile-multiply-sum": compiled(multiply_sum)}

    def release(self):
        super().release()
        self.torch._dynamo.reset()  # else a later shape is compiled for any


if __name__ == "__main__":
    peer.run("torch", Torch)
