//! People and companies outside.

mod change;
mod create;
mod delete;
mod draft;
mod list;
mod lookup;
mod merge;
mod read;
mod view;

use crate::openapi::operations;

pub(crate) use view::NumberView;

operations![list, create, read, change, delete, merge, lookup];
