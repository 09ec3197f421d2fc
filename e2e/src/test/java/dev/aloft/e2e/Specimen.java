package dev.aloft.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A small, valid file of a kind that people upload and that is no picture.
final class Specimen {

    /// Length of the film of [#mp4].
    static final int FILM_SECONDS = 7;

    private final String name;
    private final String type;
    private final byte[] bytes;

    private Specimen(String name, String type, byte[] bytes) {
        this.name = name;
        this.type = type;
        this.bytes = bytes;
    }

    /// As its owner calls it.
    String name() {
        return name;
    }

    /// As its owner's browser calls it.
    String type() {
        return type;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return name;
    }

    static Specimen text(String name) {
        return new Specimen(name, "text/plain", "Grüße aus Aloft\n".getBytes(StandardCharsets.UTF_8));
    }

    /// No name, no content tells what it is.
    static Specimen withoutExtension(String name) {
        return new Specimen(name, "application/octet-stream", new byte[] {0, 1, 2, 3, (byte) 0xff, 0, '\n'});
    }

    /// A document of one page with a line of text (PDF 1.4), its cross-references in order.
    static Specimen pdf(String name) {
        String text = "BT /F1 24 Tf 72 720 Td (Aloft) Tj ET";
        List<String> objects = List.of(
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
                        + " /Resources << /Font << /F1 5 0 R >> >> >>",
                "<< /Length " + text.length() + " >>\nstream\n" + text + "\nendstream",
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
        List<Integer> offsets = new ArrayList<>();
        for (String object : objects) {
            offsets.add(pdf.length());
            pdf.append("%d 0 obj\n%s\nendobj\n".formatted(offsets.size(), object));
        }
        int table = pdf.length();
        pdf.append("xref\n0 %d\n0000000000 65535 f \n".formatted(objects.size() + 1));
        offsets.forEach(offset -> pdf.append("%010d 00000 n \n".formatted(offset)));
        pdf.append(
                "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n".formatted(objects.size() + 1, table));
        return new Specimen(name, "application/pdf", pdf.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /// A film without tracks (ISO/IEC 14496-12): its brand, its length, and some bytes of media.
    static Specimen mp4(String name) {
        int timescale = 1000;
        ByteBuffer header = ByteBuffer.allocate(100);
        header.putInt(0).putInt(0).putInt(0); // version and flags, made, changed
        header.putInt(timescale).putInt(FILM_SECONDS * timescale);
        header.putInt(0x00010000).putShort((short) 0x0100); // normal speed, full volume
        header.position(36);
        for (int one : List.of(0x00010000, 0, 0, 0, 0x00010000, 0, 0, 0, 0x40000000)) {
            header.putInt(one); // the unit matrix
        }
        header.position(96).putInt(1); // the next track's number
        ByteArrayOutputStream film = new ByteArrayOutputStream();
        film.writeBytes(box("ftyp", "isom\0\0\0\1isommp42".getBytes(StandardCharsets.US_ASCII)));
        film.writeBytes(box("moov", box("mvhd", header.array())));
        film.writeBytes(box("mdat", new byte[4096]));
        return new Specimen(name, "video/mp4", film.toByteArray());
    }

    private static byte[] box(String type, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .putInt(8 + content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
    }
}
