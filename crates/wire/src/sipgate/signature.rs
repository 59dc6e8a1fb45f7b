//! `X-Sipgate-Signature` (facts/pbx-and-clients.md C.2).

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

/// sipgate's public key as printed in its repositories (sipgate-io/sipgateio-node,
/// sipgate/pushapi-request-verifier): 4096 bits, SubjectPublicKeyInfo in base64.
const PUBLIC_KEY: &str = include_str!("public_key.b64");
/// In front of the PKCS#1 key that `ring` takes: the wrapping that says "RSA, so many bits".
const WRAPPING: usize = 24;

/// Whether sipgate signed this body: `header` is base64 of RSA-SHA256 (PKCS#1 v1.5) over the raw
/// bytes.
pub fn verify(body: &[u8], header: &str) -> bool {
    let Some(key) = key() else { return false };
    let Ok(signature) = STANDARD.decode(header.trim()) else {
        return false;
    };
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(body, &signature)
        .is_ok()
}

fn key() -> Option<Vec<u8>> {
    let base64: String = PUBLIC_KEY.split_ascii_whitespace().collect();
    let mut wrapped = STANDARD.decode(base64).ok()?;
    (wrapped.len() > WRAPPING).then(|| wrapped.split_off(WRAPPING))
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, verify};
    use base64::Engine;

    /// The sample of sipgate/pushapi-request-verifier.
    const BODY: &[u8] = b"event=newCall&direction=in&from=491776249000&to=4928559389086\
        &callId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057\
        &origCallId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057\
        &user%5B%5D=&xcid=8419b3450b75cd19";
    const SIGNATURE: &str = "\
        DFWZPUEqJc3Jrn90Hu7NcSeAeL/7/0eDik7C2xpwc26OqB5nu4Irbo3LJ6qyRnbYyq2OnsN7u9gGc89yXWZ6Nb\
        tKmKprDG0Ony3Bm/Oxpf2dYPziHUz4uXoio03T6LeUzAOZ/N4LajzgLIepvbvUJ/vjPAiJvG7NMxllSNjjsiXQ\
        qDIvS5smeXhbfamVuK/RheICMfpL0/qybDMLiOj0fw5whJE+Sz3t2a/8GndjsvVeA7BoMZeP8B2klMrZHmbaJl\
        fteU/csEWBAq3c6gbt4oaMlPFkp7IS50b4GJAkqrtllvYPhpRN2OhDa68TOfeTMs5wV+mGwuM6jM6vVDF2tC6R\
        9uqepaCBNaXvpr/dOJoc9qava3HN77plOeGKSbX88OEZl22bI/wTqn3lmwQgqbcd+k1Pt0LsAPuGQxvjseKank\
        Kvsvm8UuxboxLhnZIbd4DvIjokiKY701yV26vfaD6nan8EOnUA5wVdmNM+HQhSWBZvW32kB3xvVhdVjnNfELGv\
        Zc/1IedHZ3KmFNBIxXuY0eQlsfdt1WAuFT3oDfEoMryahAoakjIFUk6nlLHX0UnqS7fGXXx5AIvkIssxXP2iSg\
        1ij1bsZJ/HmpyZInU9p7n1xMuXl/YD/Q8ITdCnHdKpcKznHEpAhRwG+gnF4rl/FZqAk8I1l+6p+wVRdWQ=";

    #[test]
    fn a_genuine_request() {
        assert_eq!(BODY.len(), 267);
        assert!(verify(BODY, SIGNATURE));
        assert!(verify(BODY, &format!(" {SIGNATURE} ")));
    }

    #[test]
    fn a_forged_one() {
        let mut body = BODY.to_vec();
        body.push(b'\n');
        assert!(!verify(&body, SIGNATURE));
        body = BODY.to_vec();
        body[10] ^= 1;
        assert!(!verify(&body, SIGNATURE));
        for header in ["", "x", "====", "AAAA", &STANDARD.encode([0; 512])] {
            assert!(!verify(BODY, header), "{header}");
        }
    }
}
