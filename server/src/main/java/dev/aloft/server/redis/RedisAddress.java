package dev.aloft.server.redis;

import java.net.URI;
import java.util.Optional;

/// The address of a Redis or Valkey server, with the credentials to log in. Its text for logs has no credentials.
///
/// @param tls encrypts the connection, and checks the server's certificate and its name
/// @param user of an access control list; empty for the server's default user
/// @param password empty for a server that requires none
/// @param database number of the database
public record RedisAddress(
        String host, int port, boolean tls, Optional<String> user, Optional<String> password, int database) {

    /// Port of a URL that names none.
    public static final int DEFAULT_PORT = 6379;

    /// Reads `redis://[[user]:password@]host[:port][/database]`; with `rediss` the connection is encrypted.
    ///
    /// @throws IllegalArgumentException for another text; the message does not repeat it, because it may have a
    ///     password
    public static RedisAddress parse(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a URL; percent-encode special characters of the password");
        }
        boolean tls = "rediss".equals(uri.getScheme());
        if (!tls && !"redis".equals(uri.getScheme())) {
            throw new IllegalArgumentException("a URL begins with redis:// or rediss://");
        }
        if (uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException("a URL has a host, and neither ? nor #");
        }
        String database = Optional.ofNullable(uri.getPath()).orElse("").replaceFirst("^/", "");
        if (!database.matches("\\d{0,4}")) {
            throw new IllegalArgumentException("the path of a URL is the number of a database");
        }
        String[] login = Optional.ofNullable(uri.getUserInfo()).orElse("").split(":", 2);
        return new RedisAddress(
                uri.getHost().replaceAll("[\\[\\]]", ""),
                uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort(),
                tls,
                Optional.of(login[0]).filter(user -> !user.isEmpty()),
                Optional.of(login.length == 2 ? login[1] : "").filter(password -> !password.isEmpty()),
                database.isEmpty() ? 0 : Integer.parseInt(database));
    }

    /// The same with another password.
    public RedisAddress withPassword(String other) {
        return new RedisAddress(host, port, tls, user, Optional.of(other), database);
    }

    /// The URL without credentials.
    @Override
    public String toString() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return (tls ? "rediss://" : "redis://") + name + ":" + port + (database == 0 ? "" : "/" + database);
    }
}
