package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// Asks php-fpm for a page of a site as a web server would: one GET on one connection (FastCGI specification 1.0).
final class FastCgi {

    private static final int VERSION = 1;
    private static final int BEGIN_REQUEST = 1;
    private static final int END_REQUEST = 3;
    private static final int PARAMS = 4;
    private static final int STDIN = 5;
    private static final int STDOUT = 6;
    private static final int REQUEST_ID = 1;
    private static final byte[] AS_RESPONDER = {0, 1, 0, 0, 0, 0, 0, 0};

    private FastCgi() {}

    /// The answer's headers and body as one text.
    static String get(Path socket, Path documentRoot, String script, Map<String, String> more) throws IOException {
        Map<String, String> parameters = new TreeMap<>(Map.of(
                "GATEWAY_INTERFACE", "CGI/1.1",
                "SERVER_PROTOCOL", "HTTP/1.1",
                "REQUEST_METHOD", "GET",
                "QUERY_STRING", "",
                "REQUEST_URI", "/",
                "SCRIPT_NAME", "/" + script,
                "SCRIPT_FILENAME", documentRoot.resolve(script).toString(),
                "DOCUMENT_ROOT", documentRoot.toString(),
                "REMOTE_ADDR", "127.0.0.1"));
        parameters.putAll(more);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
            send(out, BEGIN_REQUEST, AS_RESPONDER);
            send(out, PARAMS, encode(parameters));
            send(out, PARAMS, new byte[0]);
            send(out, STDIN, new byte[0]);
            return receive(new DataInputStream(Channels.newInputStream(channel)));
        }
    }

    private static String receive(DataInputStream in) throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        while (true) {
            in.skipNBytes(1);
            int type = in.readUnsignedByte();
            in.skipNBytes(2);
            int length = in.readUnsignedShort();
            int padding = in.readUnsignedByte();
            in.skipNBytes(1);
            byte[] content = in.readNBytes(length);
            in.skipNBytes(padding);
            if (type == STDOUT) {
                page.writeBytes(content);
            } else if (type == END_REQUEST) {
                return page.toString(UTF_8);
            }
        }
    }

    private static void send(DataOutputStream out, int type, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream writer = new DataOutputStream(bytes);
        writer.writeByte(VERSION);
        writer.writeByte(type);
        writer.writeShort(REQUEST_ID);
        writer.writeShort(content.length);
        writer.writeShort(0);
        writer.write(content);
        out.write(bytes.toByteArray());
    }

    private static byte[] encode(Map<String, String> parameters) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream writer = new DataOutputStream(bytes);
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            byte[] name = parameter.getKey().getBytes(ISO_8859_1);
            byte[] value = parameter.getValue().getBytes(ISO_8859_1);
            writer.writeInt(name.length | Integer.MIN_VALUE);
            writer.writeInt(value.length | Integer.MIN_VALUE);
            writeAll(writer, name, value);
        }
        return bytes.toByteArray();
    }

    private static void writeAll(OutputStream writer, byte[] name, byte[] value) throws IOException {
        writer.write(name);
        writer.write(value);
    }
}
