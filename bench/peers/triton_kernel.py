"""The kernel of triton_loss_gradient.py, apart because it needs triton to be read at all."""
import triton
import triton.language as tl


@triton.jit
def loss_gradient_kernel(x_pointer, y_pointer, w_pointer, gradients, losses, samples, features,
                         rows: tl.constexpr, columns: tl.constexpr, wide: tl.constexpr):
    program = tl.program_id(0)
    column = tl.arange(0, columns)
    is_column = column < features
    w = tl.load(w_pointer + column, mask=is_column, other=0.0)
    gradient = tl.zeros((rows, columns), wide)
    loss = tl.zeros((rows,), wide)
    for first in range(program * rows, samples, tl.num_programs(0) * rows):
        row = (first + tl.arange(0, rows)).to(tl.int64)
        is_row = row < samples
        inside = is_row[:, None] & is_column[None, :]
        x = tl.load(x_pointer + row[:, None] * features + column[None, :], mask=inside,
                    other=0.0).to(wide)
        y = tl.load(y_pointer + row, mask=is_row, other=0.0)
        z = tl.sum(x * w[None, :], 1)
        small = tl.exp(-tl.abs(z))
        share = 1 / (1 + small)
        r = tl.where(z >= 0, share, small * share) - y
        loss += tl.where(is_row, tl.maximum(z, 0.0) - y * z + tl.log(1 + small), 0.0)
        gradient += x * tl.where(is_row, r, 0.0)[:, None]
    tl.store(gradients + program * features + column, tl.sum(gradient, 0), mask=is_column)
    tl.store(losses + program, tl.sum(loss, 0))
