//! Queues, windows and trees that know no statistic. May use `numerics` and `traits`.

pub mod chunked_queue;
pub mod count_heap;
pub mod counts;
pub mod daba;
pub mod extremum_window;
pub mod monotonic_queue;
pub mod order_statistics;
pub mod order_tree;
pub mod ring_buffer;
pub mod sorted_window;
pub mod timeline;
