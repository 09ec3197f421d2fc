package dev.aloft.server.redis;

import dev.aloft.server.PercentCoding;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The address of a Redis or Valkey server, with the credentials to log in; or of the Sentinels that know it. Its text
/// for logs has no credentials.
///
/// @param hosts one server, several of a cluster, or any number of Sentinels
/// @param tls encrypts the connections, and checks the servers' certificates and their names
/// @param user of an access control list; empty for the server's default user
/// @param password empty for a server that requires none
/// @param database number of the database
/// @param primary the name by which Sentinels know the server; empty for the address of a server
public record RedisAddress(
        List<Host> hosts,
        boolean tls,
        Optional<String> user,
        Optional<String> password,
        int database,
        Optional<String> primary) {

    /// Port of a server whose URL names none.
    public static final int DEFAULT_PORT = 6379;

    /// Port of a Sentinel whose URL names none.
    public static final int SENTINEL_PORT = 26379;

    private static final int MAX_HOSTS = 16;

    private static final Pattern SENTINELS =
            Pattern.compile("(rediss?)\\+sentinel://(?:([^@/]*)@)?([^@/?#]+)/([A-Za-z0-9._-]+)(?:/(\\d{1,4}))?");
    private static final Pattern SERVERS = Pattern.compile("(rediss?)://(?:([^@/]*)@)?([^@/?#]+,[^@/?#]+)(?:/0?)?");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");

    /// A host's name or address, and a port.
    public record Host(String name, int port) {

        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    public RedisAddress {
        hosts = List.copyOf(hosts);
    }

    /// The address of a server.
    public RedisAddress(
            String host, int port, boolean tls, Optional<String> user, Optional<String> password, int database) {
        this(List.of(new Host(host, port)), tls, user, password, database, Optional.empty());
    }

    /// Reads `redis://[[user]:password@]host[:port][/database]`; of a cluster, also
    /// `redis://[[user]:password@]host[:port],host[:port]…`; or
    /// `redis+sentinel://[[user]:password@]host[:port][,host[:port]…]/primary[/database]`. With `rediss`
    /// the connections are encrypted.
    ///
    /// @throws IllegalArgumentException for another text; the message does not repeat it, because it may have a
    ///     password
    public static RedisAddress parse(String url) {
        Matcher servers = SERVERS.matcher(url);
        if (servers.matches()) {
            return of(servers, DEFAULT_PORT, "", Optional.empty());
        }
        return url.matches("rediss?\\+.*") ? ofSentinels(url) : ofServer(url);
    }

    private static RedisAddress ofServer(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a URL; percent-encode special characters of the password");
        }
        boolean tls = "rediss".equals(uri.getScheme());
        if (!tls && !"redis".equals(uri.getScheme())) {
            throw new IllegalArgumentException("a URL begins with redis://, rediss://, or redis+sentinel://");
        }
        if (uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException("a URL has one host, and neither ? nor #");
        }
        String database = Optional.ofNullable(uri.getPath()).orElse("").replaceFirst("^/", "");
        if (!database.matches("\\d{0,4}")) {
            throw new IllegalArgumentException("the path of a URL is the number of a database");
        }
        Host host =
                new Host(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort());
        return of(List.of(host), tls, uri.getUserInfo(), database, Optional.empty());
    }

    private static RedisAddress ofSentinels(String url) {
        Matcher parts = SENTINELS.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a URL of Sentinels is redis+sentinel://HOST:PORT,HOST:PORT/NAME, with the"
                            + " name by which they know the primary");
        }
        String database = Optional.ofNullable(parts.group(5)).orElse("");
        return of(parts, SENTINEL_PORT, database, Optional.of(parts.group(4)));
    }

    private static RedisAddress of(Matcher parts, int port, String database, Optional<String> primary) {
        String[] names = parts.group(3).split(",", MAX_HOSTS + 1);
        if (names.length > MAX_HOSTS) {
            throw new IllegalArgumentException("a URL names at most " + MAX_HOSTS + " servers");
        }
        String login = Optional.ofNullable(parts.group(2)).orElse("");
        try {
            return of(
                    Stream.of(names).map(name -> host(name, port)).toList(),
                    parts.group(1).equals("rediss"),
                    PercentCoding.decode(login),
                    database,
                    primary);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("percent-encode special characters of the password");
        }
    }

    private static Host host(String text, int defaultPort) {
        Matcher parts = HOST.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a URL of several servers has a host that is none");
        }
        String port = Optional.ofNullable(parts.group(2)).orElse(String.valueOf(defaultPort));
        return new Host(parts.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(port));
    }

    private static RedisAddress of(
            List<Host> hosts, boolean tls, @Nullable String userInfo, String database, Optional<String> primary) {
        String[] login = Optional.ofNullable(userInfo).orElse("").split(":", 2);
        return new RedisAddress(
                hosts,
                tls,
                Optional.of(login[0]).filter(user -> !user.isEmpty()),
                Optional.of(login.length == 2 ? login[1] : "").filter(password -> !password.isEmpty()),
                database.isEmpty() ? 0 : Integer.parseInt(database),
                primary);
    }

    /// The same with another password.
    public RedisAddress withPassword(String other) {
        return new RedisAddress(hosts, tls, user, Optional.of(other), database, primary);
    }

    /// Another server with the same login.
    public RedisAddress at(Host server) {
        return new RedisAddress(List.of(server), tls, user, password, database, Optional.empty());
    }

    /// One of the Sentinels, without a login.
    RedisAddress ofSentinel(Host sentinel) {
        return new RedisAddress(List.of(sentinel), tls, Optional.empty(), Optional.empty(), 0, Optional.empty());
    }

    /// The URL without credentials.
    @Override
    public String toString() {
        String names = hosts.stream().map(Host::toString).collect(Collectors.joining(","));
        return (tls ? "rediss" : "redis")
                + primary.map(name -> "+sentinel://" + names + "/" + name).orElse("://" + names)
                + (database == 0 ? "" : "/" + database);
    }
}
