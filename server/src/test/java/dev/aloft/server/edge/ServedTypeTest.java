package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServedTypeTest {

    @ParameterizedTest
    @CsvSource({
        "cat.jpg,   text/html,                 image/jpeg,                true",
        "cat.jpg,   ,                          image/jpeg,                true",
        "a.svg,     image/png,                 image/svg+xml,             true",
        "a.pdf,     ,                          application/pdf,           true",
        "a.css,     ,                          text/css; charset=utf-8,   true",
        "a.js,      ,                          text/javascript; charset=utf-8, true",
        "a.json,    ,                          application/json,          true",
        "a.txt,     text/html,                 text/plain; charset=utf-8, true",
        "a.woff2,   ,                          font/woff2,                true",
        "a.eot,     ,                          application/vnd.ms-fontobject, true",
        "a.mp4,     ,                          video/mp4,                 true",
        "a.html,    ,                          text/html; charset=utf-8,  false",
        "a.xml,     ,                          application/xml,           false",
        "a.zip,     ,                          application/zip,           false",
        "a.swf,     application/x-shockwave-flash, application/octet-stream, false",
        "a.xsl,     text/xsl,                  application/octet-stream,  false",
        "a.xhtml,   application/xhtml+xml,     application/octet-stream,  false",
        "a.mht,     multipart/related,         application/octet-stream,  false",
        "a.svgz,    image/svg+xml,             application/octet-stream,  false",
        "noname,    image/svg+xml,             application/octet-stream,  false",
        "noname,    IMAGE/SVG+XML; charset=x,  application/octet-stream,  false",
        "noname,    text/html,                 application/octet-stream,  false",
        "noname,    text/javascript,           application/octet-stream,  false",
        "noname,    image/png,                 image/png,                 true",
        "noname,    Image/PNG; a=b,            image/png,                 true",
        "noname,    text/plain,                text/plain,                true",
        "noname,    image/,                    application/octet-stream,  false",
        "noname,    image/<b>,                 application/octet-stream,  false",
        "noname,    ,                          application/octet-stream,  false",
        "dir.d/x,   ,                          application/octet-stream,  false"
    })
    void theNameDecidesTheTypeAndTheTypeDecidesWhatABrowserMayDo(
            String name, @Nullable String stored, String type, boolean inline) {
        ServedType served = ServedType.of(name, stored);
        assertThat(served.value()).isEqualTo(type);
        assertThat(served.inline()).isEqualTo(inline);
    }
}
