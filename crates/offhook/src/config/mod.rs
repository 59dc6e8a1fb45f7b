//! What was configured: low as it is typed (flags, environment, file), high as it is meant.

mod file;
mod place;
mod serve;

pub(crate) use place::{Place, PlaceOptions};
pub(crate) use serve::{Address, AddressOptions, ServeConfig, ServeOptions};

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};

/// What was said by flag or environment, else in the file. Blank is nothing: that is how an unset
/// variable comes through a compose file.
fn said<T: AsRef<OsStr>>(typed: Option<T>, file: Option<T>) -> Option<T> {
    let blank = |text: &T| {
        text.as_ref()
            .to_str()
            .is_some_and(|text| text.trim().is_empty())
    };
    typed
        .filter(|text| !blank(text))
        .or_else(|| file.filter(|text| !blank(text)))
}

/// A path, which may be blank.
fn path_or_blank() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}
