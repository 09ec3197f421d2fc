package dev.aloft.image;

import dev.aloft.image.RenderRequest.Outcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Messages between the server and its worker, which are of the same version: requests, then the original in chunks;
/// back, one outcome for each request.
public final class WorkerProtocol {

    static final int MAX_REQUESTS = 16;

    private static final int PIECE_BYTES = 64 << 10;
    private static final int END = 0;
    private static final int CUT_OFF = -1;

    private WorkerProtocol() {}

    /// Sends the requests for one original, and flushes.
    ///
    /// @param requests at most [#MAX_REQUESTS]
    public static void writeRequests(DataOutputStream out, List<RenderRequest> requests) throws IOException {
        out.writeByte(requests.size());
        for (RenderRequest request : requests) {
            out.writeUTF(request.query());
            out.writeUTF(request.compatibility().name());
            out.writeByte(request.offered().size());
            for (Format format : request.offered()) {
                out.writeUTF(format.name());
            }
        }
        out.flush();
    }

    /// Receives what [#writeRequests] sent.
    ///
    /// @throws IOException when the server disconnects
    public static List<RenderRequest> readRequests(DataInputStream in) throws IOException {
        int count = in.readUnsignedByte();
        List<RenderRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String query = in.readUTF();
            Compatibility compatibility = Compatibility.valueOf(in.readUTF());
            List<Format> offered = new ArrayList<>();
            int formats = in.readUnsignedByte();
            for (int f = 0; f < formats; f++) {
                offered.add(Format.valueOf(in.readUTF()));
            }
            requests.add(new RenderRequest(query, offered, compatibility));
        }
        return requests;
    }

    /// Sends the whole original. On a read failure, the worker is notified that it is incomplete.
    ///
    /// @param broken receives the read failure before the worker is notified
    /// @throws IOException when the other side does not take it
    public static void writeOriginal(DataOutputStream out, InputStream original, Consumer<IOException> broken)
            throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        int read;
        do {
            try {
                read = original.read(piece);
            } catch (IOException e) {
                broken.accept(e);
                out.writeInt(CUT_OFF);
                out.flush();
                return;
            }
            out.writeInt(Math.max(END, read));
            out.write(piece, 0, Math.max(0, read));
            out.flush();
        } while (read >= 0);
    }

    /// Stream of the original that [#writeOriginal] sends. Reading fails if the server could not read it to its end.
    public static InputStream original(DataInputStream in) {
        return new Pieces(in);
    }

    /// Sends one rendition or refusal, and flushes; texts of a refusal are cut to 1,000 characters.
    public static void writeOutcome(DataOutputStream out, Outcome outcome) throws IOException {
        switch (outcome) {
            case Outcome.Made(Rendition rendition) -> {
                out.writeBoolean(true);
                out.writeUTF(rendition.format().name());
                out.writeInt(rendition.size().width());
                out.writeInt(rendition.size().height());
                out.writeInt(rendition.frames());
                out.writeInt(rendition.bytes().length);
                out.write(rendition.bytes());
            }
            case Outcome.Refused(PictureException reason) -> {
                out.writeBoolean(false);
                out.writeUTF(reason.kind().name());
                out.writeUTF(shortened(String.valueOf(reason.getMessage())));
                out.writeUTF(shortened(reason.detail()));
            }
        }
        out.flush();
    }

    /// @param maxBytes limit of a rendition
    public static Outcome readOutcome(DataInputStream in, long maxBytes) throws IOException {
        if (!in.readBoolean()) {
            PictureException.Kind kind = PictureException.Kind.valueOf(in.readUTF());
            return new Outcome.Refused(new PictureException(kind, said(in.readUTF()), said(in.readUTF())));
        }
        Format format = Format.valueOf(in.readUTF());
        Size size = new Size(in.readInt(), in.readInt());
        int frames = in.readInt();
        int length = in.readInt();
        if (length < 0 || length > maxBytes) {
            throw new IOException("a rendition has " + length + " bytes, and may have " + maxBytes);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new Outcome.Made(new Rendition(format, size, frames, bytes));
    }

    /// Sanitizes text of a worker, which may be compromised: it goes into logs and answers.
    private static String said(String text) {
        return shortened(text.replaceAll("\\p{Cntrl}", " "));
    }

    private static String shortened(String text) {
        return text.length() <= 1000 ? text : text.substring(0, 1000) + "…";
    }

    /// An original, reassembled from chunks.
    private static final class Pieces extends InputStream {

        private final DataInputStream in;
        private int left;
        private boolean ended;

        Pieces(DataInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                left = in.readInt();
                ended = left == END;
                if (left == CUT_OFF) {
                    throw new EOFException("the original broke off");
                }
            }
            if (ended) {
                return -1;
            }
            int read = in.read(target, offset, Math.min(length, left));
            if (read < 0) {
                throw new EOFException("the server disconnected");
            }
            left -= read;
            return read;
        }
    }
}
