//! A password as a system keeps it.

use crate::server::Secret;
use sha_crypt::{PasswordHasher, ShaCrypt};

/// So many bytes of chance a hash begins with.
pub const SALT: usize = 12;

/// The hash of a password, as `crypt` knows it (SHA-512): from it nobody has the password again. None: there is none.
pub fn hash(password: &Secret, salt: [u8; SALT]) -> Option<String> {
    let hash = ShaCrypt::SHA512.hash_password_with_salt(password.expose().as_bytes(), &salt);
    hash.ok().map(|hash| hash.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_crypt_says() {
        // perl -e 'print crypt("Passw0rd!", q($6$rounds=5000$................))'
        const CRYPT: &str = "$6$rounds=5000$................$JEaob/jGtyrihVgXCQkxcy/ES94dSdS3Tb747Y3epRj6gjsWJL.rLxBEnSb0Z3SmDhsZGUghtdTyXh6xAJI.x/";
        let password = Secret::from("Passw0rd!");
        let made = hash(&password, [0; SALT]).unwrap();
        assert_eq!(made, CRYPT);
        assert_ne!(hash(&password, [1; SALT]), Some(made));
    }
}
