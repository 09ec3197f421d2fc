package dev.aloft.image.worker;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.RenderRequest;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.WorkerProtocol;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// First pictures of a worker, requested by itself: every format to every format. Afterwards all classes, libraries,
/// modules and fonts are loaded, and no file is opened any more.
final class WarmUp {

    private static final int SIDE = 64;

    private static final String DRAWING = """
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">
            <text font-family="sans-serif" y="9">a</text><text font-family="sans-serif" font-weight="bold" y="9">a</text>
            <text font-family="serif" y="9">a</text><text font-family="monospace" y="9">a</text>
            <image width="1" height="1" xlink:href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACk\
            lEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="/></svg>""";

    private static final List<RenderRequest> REQUESTS = List.of(
            new RenderRequest("resize=32,20", List.of(), Compatibility.STANDARD),
            new RenderRequest("w=32", List.of(Format.AVIF), Compatibility.STANDARD),
            new RenderRequest("lb=40,40&crop_strategy=attention", List.of(Format.WEBP), Compatibility.STANDARD),
            new RenderRequest("crop=1,1,30,30&resize=9,9&crop_strategy=attention", List.of(), Compatibility.STANDARD),
            new RenderRequest("w=9&filter=blur&ulb=true&strip=all", List.of(), Compatibility.PHOTON),
            new RenderRequest("crop=9px,9px,30px,30px&resize=9,40&orientation=6", List.of(), Compatibility.EDITOR),
            new RenderRequest("resize=9,9&type=png&quality=100&strip=none", List.of(), Compatibility.EDITOR),
            new RenderRequest("", List.of(), Compatibility.EDITOR));

    private WarmUp() {}

    /// @param socket the socket on which this process serves
    static void run(Path socket, Library library) throws IOException {
        List<byte[]> originals = new ArrayList<>();
        for (Format format : library.writes()) {
            specimen(library, format).ifPresent(originals::add);
        }
        originals.add(DRAWING.getBytes(StandardCharsets.UTF_8)); // refused where none are drawn
        originals.add("no picture".getBytes(StandardCharsets.UTF_8));
        for (byte[] original : originals) {
            ask(socket, original);
        }
    }

    /// Empty if the library has the saver of a format but not its encoder.
    private static Optional<byte[]> specimen(Library library, Format format) {
        try (Session session = new Session(library.vips())) {
            Image black = session.operation("black")
                    .set("width", SIDE)
                    .set("height", SIDE)
                    .set("bands", 3)
                    .image();
            Operation save = black.operation("copy")
                    .set("interpretation", Image.SRGB)
                    .image()
                    .operation(Encoding.saver(format));
            return Optional.of((format == Format.AVIF ? save.set("compression", Encoding.AV1) : save).bytes());
        } catch (VipsFailure none) {
            return Optional.empty();
        }
    }

    private static void ask(Path socket, byte[] original) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
            WorkerProtocol.writeRequests(out, REQUESTS);
            WorkerProtocol.writeOriginal(out, new ByteArrayInputStream(original), _ -> {});
            DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
            for (RenderRequest _ : REQUESTS) {
                Outcome _ = WorkerProtocol.readOutcome(in, Integer.MAX_VALUE);
            }
        }
    }
}
