use offhook_core::rules::wildcard;

/// Which channels lead outside, as an administrator said with `--trunk PATTERN`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trunks {
    /// In lowercase; `*` stands for one or more characters.
    patterns: Vec<String>,
}

impl Trunks {
    /// The trunks with these patterns; without any, channels are told apart by how they look.
    pub fn new(patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let read = |pattern: &str| pattern.trim().to_lowercase();
        let patterns = patterns.into_iter().map(|pattern| read(pattern.as_ref()));
        Self {
            patterns: patterns.filter(|pattern| !pattern.is_empty()).collect(),
        }
    }

    /// Whether nothing was said.
    pub fn is_unset(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether any of the names that one channel goes by is a trunk's, in any case.
    pub fn matches<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> bool {
        names.into_iter().any(|name| {
            let name = name.to_lowercase();
            (self.patterns.iter()).any(|pattern| wildcard(pattern, &name))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, is) in [
            ("carrier", "carrier", true),
            ("Carrier", "CARRIER", true),
            (" carrier ", "carrier", true),
            ("carrier", "carrier2", false),
            ("carrier*", "carrier2", true),
            ("carrier*", "carrier", false),
            ("*carrier", "my-carrier", true),
            ("PJSIP/*-trunk", "pjsip/office-trunk", true),
            ("PJSIP/*-trunk", "pjsip/trunk", false),
            ("a*a", "a", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
            ("*", "anything", true),
            ("sofia/external/*", "sofia/external/49301@10.0.0.1", true),
        ] {
            assert_eq!(
                Trunks::new([pattern]).matches([name]),
                is,
                "{pattern} {name}"
            );
        }
        assert!(Trunks::new(["", " "]).is_unset());
        assert!(!Trunks::default().matches(["carrier"]));
        assert!(Trunks::new(["x", "b"]).matches(["a", "b"]));
    }
}
