/// What somebody who signs in is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Takes calls.
    Agent,
    /// Sees to it that others can; may do all that agents may, and sees every call.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::Agent, Self::Admin];

    /// The word for it in the API and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Admin => "admin",
        }
    }

    /// The role with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.as_str()), Some(role));
        }
        assert_eq!(Role::from_word("admin"), Some(Role::Admin));
        for word in ["", "Admin", "agents", "root"] {
            assert_eq!(Role::from_word(word), None);
        }
    }
}
