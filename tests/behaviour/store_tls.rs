//! A store whose database is reached over TLS: the certificate is verified, or nothing is sent.

use mariadb::Server;
use proxmoxkvm::store::{Location, Store};

#[test]
fn a_database_is_believed_only_by_its_certificate() {
    let (server, certificate) = Server::start_with_tls();
    let database = server.database();
    let with_ca = |path: &std::path::Path| format!("{}?tls_ca={}", database.url(), path.display());
    let open = |url: &str| Store::open(&Location::parse(url).unwrap()).map(drop);

    open(&with_ca(certificate.path())).unwrap();

    // the server takes nobody without TLS, so the first one came by it
    let plain = open(&database.url()).unwrap_err();
    assert_eq!(plain.code(), "store_unreachable", "{plain}");

    let (_, other) = Server::start_with_tls();
    let stranger = open(&with_ca(other.path())).unwrap_err();
    assert_eq!(stranger.code(), "store_unreachable", "{stranger}");
    assert!(stranger.to_string().contains("certificate"), "{stranger}");

    let missing = open(&with_ca(std::path::Path::new("/no/such/ca.pem"))).unwrap_err();
    assert_eq!(missing.code(), "store_unreachable", "{missing}");
    for error in [plain, stranger, missing] {
        assert!(!error.to_string().contains(&database.password()), "{error}");
    }
}
