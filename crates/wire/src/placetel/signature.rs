//! `X-PLACETEL-SIGNATURE` (facts/pbx-and-clients.md C.3).

use ring::hmac;

/// Whether Placetel signed this body with the secret of the source: `header` is hex of HMAC-SHA256
/// over the raw bytes, compared in constant time. An empty secret verifies nothing.
pub fn verify(secret: &str, body: &[u8], header: &str) -> bool {
    let Some(signature) = hex(header.trim()) else {
        return false;
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    !secret.is_empty() && hmac::verify(&key, body, &signature).is_ok()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::verify;

    /// The vector Placetel publishes.
    const BODY: &[u8] = b"call_id=4a4cbb39578170aed9a2761a7bec8c7e704a541f52291ef603d6f5f152980c3c\
        &event=CallAccepted&from=0123456789&to=0987654321";
    const SIGNATURE: &str = "c4f823c5b8806432fe2b83b1fc2ee714422e0cdfb4b5129152a7d0bbcd7792d0";

    #[test]
    fn the_published_vector() {
        assert!(verify("12345", BODY, SIGNATURE));
        assert!(verify("12345", BODY, &SIGNATURE.to_uppercase()));
    }

    #[test]
    fn a_forged_one() {
        assert!(!verify("12346", BODY, SIGNATURE));
        assert!(!verify("", BODY, SIGNATURE));
        assert!(!verify("12345", &BODY[1..], SIGNATURE));
        for header in ["", "c4", "c4f", "zz", "é", &SIGNATURE[2..]] {
            assert!(!verify("12345", BODY, header), "{header}");
        }
    }
}
