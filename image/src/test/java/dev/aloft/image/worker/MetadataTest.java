package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.decoded;
import static dev.aloft.image.worker.Specimen.fields;
import static dev.aloft.image.worker.Specimen.made;
import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.render;
import static dev.aloft.image.worker.Specimen.saved;
import static dev.aloft.image.worker.Specimen.scaled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Limits;
import dev.aloft.image.Rendition;
import dev.aloft.image.Size;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Metadata kept and removed.
final class MetadataTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void whereAPictureWasMadeIsNotToldButWhoMadeItIs() throws Exception {
        byte[] original = withExif(saved(PHOTOGRAPH, "jpegsave_buffer"));
        assertThat(fields(original)).contains("exif-ifd0-Copyright", "exif-ifd0-Make", "exif-ifd3-GPSLatitudeRef");
        for (String query : List.of("w=100", "", "w=100&webp=1")) {
            assertThat(fields(made(original, query).bytes()))
                    .as(query)
                    .contains("exif-ifd0-Copyright")
                    .doesNotContain("exif-ifd0-Make", "exif-ifd3-GPSLatitudeRef", "xmp-data");
        }
    }

    @Test
    void anAuthorAndACopyrightThatStandInIptcAloneStay() throws Exception {
        byte[] original = withIptc(saved(PHOTOGRAPH, "jpegsave_buffer"));
        assertThat(fields(original)).contains("iptc-data").doesNotContain("exif-ifd0-Copyright");
        for (String query : List.of("w=100", "", "w=100&webp=1")) {
            byte[] small = made(original, query).bytes();
            assertThat(fields(small))
                    .as(query)
                    .contains("exif-ifd0-Artist", "exif-ifd0-Copyright")
                    .doesNotContain("iptc-data");
            assertThat(new String(small, StandardCharsets.ISO_8859_1))
                    .as(query)
                    .contains("A. Photographer (all rights)", "Ann Author")
                    .doesNotContain("components");
        }
    }

    @Test
    void iptcThatIsCutOffIsIgnored() throws Exception {
        byte[] cutOff = {0x1c, 2, 116, 0x03, (byte) 0xff, 'x'};
        byte[] original = withSegment(
                saved(PHOTOGRAPH, "jpegsave_buffer"),
                0xed,
                "Photoshop 3.0\0".getBytes(StandardCharsets.US_ASCII),
                cutOff);
        assertThat(fields(made(original, "w=100").bytes())).doesNotContain("exif-ifd0-Copyright");
    }

    @Test
    void strictlyAllIsKeptButTheOrientation() throws Exception {
        byte[] original = withExif(saved(PHOTOGRAPH, "jpegsave_buffer"));
        Rendition rendition =
                render(original, "w=100", Limits.DEFAULT, Compatibility.STRICT).orThrow();
        assertThat(fields(rendition.bytes())).contains("exif-ifd0-Make", "exif-ifd3-GPSLatitudeRef");
    }

    @Test
    void aPictureThatTellsNothingTellsNothing() throws Exception {
        assertThat(fields(made(Specimen.jpeg(300, 200), "w=100").bytes()))
                .noneMatch(field -> field.startsWith("exif") || field.startsWith("icc") || field.startsWith("xmp"));
    }

    @Test
    void aProfileThatIsNotSrgbStaysWithItsColours() throws Exception {
        byte[] original = inProfile("p3");
        byte[] small = made(original, "w=100").bytes();
        assertThat(fields(small)).contains("icc-profile-data");
        assertThat(psnr(decoded(small), scaled(decoded(original), new Size(100, 75))))
                .isGreaterThan(32);
        byte[] strict = render(original, "w=100", Limits.DEFAULT, Compatibility.STRICT)
                .orThrow()
                .bytes();
        assertThat(psnr(decoded(strict), scaled(PHOTOGRAPH, new Size(100, 75)))).isGreaterThan(30);
    }

    @Test
    void theProfileOfSrgbGoes() throws Exception {
        byte[] original = inProfile("srgb");
        assertThat(fields(original)).contains("icc-profile-data");
        assertThat(fields(made(original, "w=100").bytes())).doesNotContain("icc-profile-data");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 5000})
    void aProfileThatIsNoneDoesNoHarm(int length) throws Exception {
        byte[] jpeg = saved(PHOTOGRAPH, "jpegsave_buffer");
        byte[] head = "ICC_PROFILE\0\u0001\u0001".getBytes(StandardCharsets.ISO_8859_1);
        byte[] original = withSegment(jpeg, 0xe2, head, new byte[length]);
        assertThat(Specimen.size(made(original, "w=100").bytes())).isEqualTo(new Size(100, 75));
    }

    private static byte[] inProfile(String profile) {
        return saved(
                PHOTOGRAPH,
                image -> image.operation("icc_transform")
                        .set("output-profile", profile)
                        .set("input-profile", "srgb")
                        .image(),
                options -> options.set("Q", 95),
                "jpegsave_buffer");
    }

    /// IIM 4.2 with a byline and a copyright notice, in a resource of Photoshop's.
    private static byte[] withIptc(byte[] jpeg) {
        byte[] author = "Ann Author".getBytes(StandardCharsets.UTF_8);
        byte[] notice = "A. Photographer (all rights)".getBytes(StandardCharsets.UTF_8);
        ByteBuffer record = ByteBuffer.allocate(12 + 2 * 5 + author.length + notice.length);
        record.put("8BIM".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 0x0404)
                .putShort((short) 0);
        record.putInt(2 * 5 + author.length + notice.length);
        record.put(new byte[] {0x1c, 2, 80}).putShort((short) author.length).put(author);
        record.put(new byte[] {0x1c, 2, 116}).putShort((short) notice.length).put(notice);
        return withSegment(jpeg, 0xed, "Photoshop 3.0\0".getBytes(StandardCharsets.US_ASCII), record.array());
    }

    /// EXIF 2.3 with artist, copyright and GPS position.
    private static byte[] withExif(byte[] jpeg) {
        byte[] maker = "Ourselves\0".getBytes(StandardCharsets.US_ASCII);
        byte[] copyright = "A. Photographer\0".getBytes(StandardCharsets.US_ASCII);
        int ifd0 = 8;
        int texts = ifd0 + 2 + 3 * 12 + 4;
        int gps = texts + maker.length + copyright.length;
        ByteBuffer exif = ByteBuffer.allocate(gps + 2 + 12 + 4);
        exif.put("MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(ifd0).putShort((short) 3);
        exif.putShort((short) 0x010f).putShort((short) 2).putInt(maker.length).putInt(texts);
        exif.putShort((short) 0x8298)
                .putShort((short) 2)
                .putInt(copyright.length)
                .putInt(texts + maker.length);
        exif.putShort((short) 0x8825).putShort((short) 4).putInt(1).putInt(gps);
        exif.putInt(0).put(maker).put(copyright);
        exif.putShort((short) 1)
                .putShort((short) 1)
                .putShort((short) 2)
                .putInt(2)
                .put("N\0\0\0".getBytes(StandardCharsets.US_ASCII));
        exif.putInt(0);
        return withSegment(jpeg, 0xe1, "Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif.array());
    }

    private static byte[] withSegment(byte[] jpeg, int marker, byte[] head, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        int length = 2 + head.length + body.length;
        out.writeBytes(new byte[] {(byte) 0xff, (byte) marker, (byte) (length >> 8), (byte) length});
        out.writeBytes(head);
        out.writeBytes(body);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }
}
