//! Stands in for the core's number reading until it is there.
use offhook_core::call::Party;

/// A country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Country {
    _code: [u8; 2],
}

pub(crate) fn read_party(raw: &str, _: Country) -> Party {
    Party {
        number: raw.to_owned(),
        key: None,
        name: None,
    }
}
