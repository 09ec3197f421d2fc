package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ContentTypesTest {

    /// The extensions of WordPress's `wp_get_mime_types()`, but for programs: `class`, `exe`, `swf`.
    private static final List<String> OF_WORDPRESS = List.of(
            ("jpg jpeg jpe gif png bmp tiff tif webp avif ico heic heif heics heifs asf asx wmv wmx wm avi divx flv mov"
                            + " qt mpeg mpg mpe mp4 m4v ogv webm mkv 3gp 3gpp 3g2 3gp2 txt asc c cc h srt csv tsv ics"
                            + " rtx css htm html vtt dfxp mp3 m4a m4b aac ra ram wav x-wav ogg oga flac mid midi wma"
                            + " wax mka rtf js pdf tar zip gz gzip rar 7z psd xcf doc pot pps ppt wri xla xls xlt xlw"
                            + " mdb mpp docx docm dotx dotm xlsx xlsm xlsb xltx xltm xlam pptx pptm ppsx ppsm potx"
                            + " potm ppam sldx sldm onetoc onetoc2 onetmp onepkg oxps xps odt odp ods odg odc odb odf"
                            + " wp wpd key numbers pages")
                    .split(" "));

    @Test
    void knowsEveryTypeThatWordPressLetsIn() {
        assertThat(OF_WORDPRESS)
                .allSatisfy(extension ->
                        assertThat(ContentTypes.ofName("a." + extension)).isNotEqualTo(ContentTypes.UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource({
        "2026/11/book.M4B, audio/mp4",
        "live/list.m3u8, application/vnd.apple.mpegurl",
        "live/part-1.ts, video/mp2t",
        "film.mpd, application/dash+xml",
        "chair.glb, model/gltf-binary",
        "chair.usdz, model/vnd.usdz+zip",
        "app.webmanifest, application/manifest+json",
        "noname, application/octet-stream",
        "a.unknown, application/octet-stream"
    })
    void saysWhatAFileIsByItsLastEnding(String name, String type) {
        assertThat(ContentTypes.ofName(name)).isEqualTo(type);
    }
}
