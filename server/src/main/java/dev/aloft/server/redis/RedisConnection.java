package dev.aloft.server.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// One connection to a Redis or Valkey server, which speaks protocol version 2 (RESP2) and is logged in.
///
/// Every wait for the server has one limit. After an exception of a transfer the connection is of no more use. For one
/// thread, except for [#close], which ends a wait of that thread.
public final class RedisConnection implements AutoCloseable {

    /// The longest string and the most items of a reply.
    private static final int MAX_LENGTH = 64 << 20;

    /// The deepest list of lists of a reply.
    private static final int MAX_DEPTH = 8;

    private static final int MAX_LINE_BYTES = 64 << 10;

    private static final int BUFFER_BYTES = 16 << 10;

    private final RedisAddress address;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private ServerState state = ServerState.UNKNOWN;

    private RedisConnection(RedisAddress address, Socket socket) throws IOException {
        this.address = address;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    /// Connects and logs in: to the server, to the first of a cluster's that answers, or to the one that its Sentinels
    /// name.
    ///
    /// @param limit of each wait for the server
    /// @throws IOException if the server does not answer in time, refuses the login, or is a replica outside a
    ///     cluster
    public static RedisConnection open(RedisAddress address, Duration limit) throws IOException {
        if (address.primary().isPresent()) {
            return Sentinels.open(address, limit);
        }
        IOException failure = new IOException(address + " names no server");
        for (RedisAddress.Host server : address.hosts()) {
            try {
                return toPrimary(
                        address.at(server), limit.dividedBy(address.hosts().size()), limit);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /// @param connecting limit of each wait until the connection can be used
    static RedisConnection toPrimary(RedisAddress address, Duration connecting, Duration limit) throws IOException {
        return connected(address, connecting, connection -> {
            connection.logIn(address);
            connection.state = ServerState.read(connection);
            connection.state.requirePrimary(address);
            connection.socket.setSoTimeout((int) limit.toMillis());
        });
    }

    /// Connects without a login.
    static RedisConnection toSentinel(RedisAddress address, Duration limit) throws IOException {
        return connected(address, limit, _ -> {});
    }

    /// Makes a connection usable.
    private interface Beginning {
        void begin(RedisConnection connection) throws IOException;
    }

    @SuppressWarnings("resource") // the connection closes the socket
    private static RedisConnection connected(RedisAddress address, Duration limit, Beginning beginning)
            throws IOException {
        RedisAddress.Host server = address.hosts().getFirst();
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) limit.toMillis());
            socket.connect(new InetSocketAddress(server.name(), server.port()), (int) limit.toMillis());
            RedisConnection connection =
                    new RedisConnection(address, address.tls() ? encrypted(socket, server) : socket);
            beginning.begin(connection);
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw new IOException("cannot connect to " + address + ": " + e.getMessage(), e);
        }
    }

    private static Socket encrypted(Socket plain, RedisAddress.Host server) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, server.name(), server.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the name in the certificate
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /// Logs in with the credentials of an address, and selects its database.
    void logIn(RedisAddress account) throws IOException {
        if (account.password().isPresent()) {
            String password = account.password().get();
            call(account.user()
                    .map(user -> List.<Object>of("AUTH", user, password))
                    .orElse(List.of("AUTH", password)));
        }
        if (address.database() != 0) {
            call(List.of("SELECT", address.database()));
        }
    }

    /// Identifies what the server's data have gone through. Another value than before means that changes may be lost,
    /// although the server had acknowledged them: it was restarted, or another one has taken over. Empty if
    /// the server does not tell.
    public String history() {
        return state.history();
    }

    /// Sends one command and returns its reply.
    ///
    /// @param command its words: strings, numbers and arrays of bytes
    /// @throws IOException also if the server refuses the command
    public Reply call(List<Object> command) throws IOException {
        Reply reply = callAll(List.of(command)).getFirst();
        if (reply instanceof Reply.Refused refused) {
            throw new IOException(address + " refuses " + command.getFirst() + ": " + refused.text());
        }
        return reply;
    }

    /// Sends several commands at once, and returns their replies in order.
    public List<Reply> callAll(List<List<Object>> commands) throws IOException {
        send(commands);
        List<Reply> replies = new ArrayList<>(commands.size());
        for (int i = 0; i < commands.size(); i++) {
            replies.add(read());
        }
        return replies;
    }

    /// Sends commands without waiting for their replies.
    public void send(List<List<Object>> commands) throws IOException {
        for (List<Object> command : commands) {
            header('*', command.size());
            for (Object word : command) {
                byte[] bytes =
                        word instanceof byte[] given ? given : word.toString().getBytes(UTF_8);
                header('$', bytes.length);
                out.write(bytes);
                out.write('\r');
                out.write('\n');
            }
        }
        out.flush();
    }

    private void header(char type, int length) throws IOException {
        out.write((type + Integer.toString(length) + "\r\n").getBytes(UTF_8));
    }

    /// Reads the next reply, or the next message of a channel.
    ///
    /// @throws java.net.SocketTimeoutException if there is none within the limit
    public Reply read() throws IOException {
        return read(MAX_DEPTH);
    }

    private Reply read(int depth) throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> new Reply.Text(rest.getBytes(UTF_8));
            case '-' -> new Reply.Refused(rest);
            case ':' -> new Reply.Count(number(rest));
            case '$' -> {
                int length = length(rest);
                yield length < 0 ? new Reply.Nothing() : new Reply.Text(bytes(length));
            }
            case '*' -> {
                int count = length(rest);
                yield count < 0 ? new Reply.Nothing() : items(count, depth - 1);
            }
            default -> throw new IOException(address + " does not speak the protocol of Redis");
        };
    }

    private Reply items(int count, int depth) throws IOException {
        if (depth == 0) {
            throw new IOException(address + " sends lists in more than " + MAX_DEPTH + " lists");
        }
        List<Reply> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(read(depth));
        }
        return new Reply.Items(items);
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || in.read() != '\r' || in.read() != '\n') {
            throw new EOFException(address + " has closed the connection");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next != '\n') {
            if (next < 0) {
                throw new EOFException(address + " has closed the connection");
            }
            if (line.length() > MAX_LINE_BYTES) {
                throw new IOException(address + " sends a line of more than " + MAX_LINE_BYTES + " bytes");
            }
            line.append((char) next);
            next = in.read();
        }
        if (line.length() < 2) {
            throw new IOException(address + " does not speak the protocol of Redis");
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    private int length(String text) throws IOException {
        long length = number(text);
        if (length > MAX_LENGTH) {
            throw new IOException(address + " announces a reply of " + length + " bytes or items");
        }
        return (int) length;
    }

    private long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(address + " sends no number: " + text, e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use in any case.
        }
    }

    /// A reply to one command, in the types of protocol version 2 (RESP2).
    public sealed interface Reply {

        /// A simple or a bulk string.
        @SuppressWarnings("ArrayRecordComponent") // replies are never compared
        record Text(byte[] bytes) implements Reply {

            /// The text, which is read as UTF-8.
            @Override
            public String toString() {
                return new String(bytes, UTF_8);
            }
        }

        record Count(long value) implements Reply {}

        /// The reply for a missing value.
        record Nothing() implements Reply {}

        record Items(List<Reply> items) implements Reply {}

        /// The server has refused the command.
        ///
        /// @param text begins with a code in capital letters, such as `WRONGPASS`
        record Refused(String text) implements Reply {}
    }
}
