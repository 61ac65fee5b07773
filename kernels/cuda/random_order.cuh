#pragma once

#include <batchgrad/core/philox.hpp>
#include <batchgrad/core/view.hpp>

// The order that detail::RandomOrder's exchanges leave, every entry found on its own. Exchanges are
// numbered by the entry t = i - 1 that they settle; they happen from the last to the first. What
// lies at p before exchange t was brought there by the exchange k > t with partner p that is
// nearest to t, and lay at k before that; where there is none, it has not moved. So an entry
// follows a chain of exchanges to where it comes from. Both the exchanges of a partner and the
// links of a chain are about ln(n / t) in number, one on average.

namespace batchgrad::cuda {

inline constexpr unsigned long long no_exchange = ~0ULL;  ///< -1 as an index_t

/// Exchanges by their partners, in lists.
///   partner  n, of each exchange
///   last     n: the head of the list of each entry, no_exchange before
///   next     n: the exchange behind each in its list, or no_exchange
struct Exchanges {
  index_t* partner;
  unsigned long long* last;
  unsigned long long* next;
};

/// Puts an exchange into the list of its partner. The order within a list is left to chance.
struct LinkExchange {
  detail::RandomOrder order;
  Exchanges lists;

  __device__ void operator()(index_t t) const {
    const index_t partner = t == 0 ? 0 : order.partner(t + 1);
    lists.partner[t] = partner;
    lists.next[t] = atomicExch(lists.last + partner, static_cast<unsigned long long>(t));
  }
};

/// order[t] = the row that ends up at t.
struct FollowExchanges {
  Exchanges lists;
  const index_t* rows;
  index_t* order;

  __device__ void operator()(index_t t) const {
    index_t entry = lists.partner[t];
    index_t exchange = nearest(entry, t);
    while (exchange >= 0) {
      entry = exchange;
      exchange = nearest(entry, entry);
    }
    order[t] = rows[entry];
  }

 private:
  /// The exchange with this partner that is the nearest after t, or -1: chance decides nothing.
  __device__ index_t nearest(index_t partner, index_t t) const {
    index_t found = -1;
    for (auto k = static_cast<index_t>(lists.last[partner]); k >= 0;
         k = static_cast<index_t>(lists.next[k]))
      if (k > t && (found < 0 || k < found)) found = k;
    return found;
  }
};

}  // namespace batchgrad::cuda
