use http::{HeaderMap, header};

/// How a file may lie there besides as it is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// As HTTP says it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The end of the file's name.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

/// What the client takes, best first.
pub(crate) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Encoding> {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
    let words: Vec<&str> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(takes)
        .collect();
    [Encoding::Brotli, Encoding::Gzip]
        .into_iter()
        .filter(move |encoding| {
            (words.iter()).any(|word| word.eq_ignore_ascii_case(encoding.name()))
        })
}

/// The name in `gzip;q=0.8`; nothing for a weight of zero, which is a refusal.
fn takes(word: &str) -> Option<&str> {
    let mut parts = word.split(';').map(str::trim);
    let name = parts.next()?;
    let refused = parts
        .filter_map(|part| part.strip_prefix("q="))
        .any(|weight| weight.parse() == Ok(0.0));
    (!refused).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(accept: &'static str) -> Option<Encoding> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        accepted(&headers).next()
    }

    #[test]
    fn the_best_of_what_the_client_takes() {
        assert_eq!(best("gzip, deflate, br, zstd"), Some(Encoding::Brotli));
        assert_eq!(best("GZIP;q=0.5"), Some(Encoding::Gzip));
        assert_eq!(best("br;q=0, gzip;q=1.0"), Some(Encoding::Gzip));
        assert_eq!(best("br; q=0.0"), None);
        assert_eq!(best("identity"), None);
        assert_eq!(best(""), None);
    }
}
