//! What sliding windows are made of.

mod fifo;
mod order_tree;
mod sorted_window;

pub use fifo::Fifo;
pub use order_tree::{Item, OrderTree};
pub use sorted_window::SortedWindow;
