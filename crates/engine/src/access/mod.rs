//! Who is there, and what they may do.

mod password;
mod sign_in;
mod throttle;
mod token;
mod welcome;

pub use password::{PasswordError, Passwords};
pub use sign_in::{Access, ChangePasswordError, Credential, Identity, SESSION_MILLIS, SignInError};
pub use throttle::Throttle;
pub use token::{Secret, hash_token, new_token, own_token};
pub use welcome::WelcomeError;
