//! What is measured, a file each.

mod cost;
mod decide;
mod latency;
mod live;
mod memory;
mod start;
mod sustained;
mod throughput;

pub(crate) use cost::cost_by_size;
pub(crate) use decide::decide;
pub(crate) use latency::latency;
pub(crate) use live::live;
pub(crate) use memory::memory;
pub(crate) use start::start;
pub(crate) use sustained::sustained;
pub(crate) use throughput::throughput;
