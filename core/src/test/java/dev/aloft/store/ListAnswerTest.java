package dev.aloft.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The document of a listing: what is read from it, and what is refused.
@Tag("unit")
final class ListAnswerTest {

    private static final String XMLNS = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

    @Test
    void objectsPrefixesAndTheNextPageAreRead() throws StoreException {
        Page page = parse("""
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult%s>
                  <Name>media</Name><Prefix>a/</Prefix><KeyCount>2</KeyCount><IsTruncated>true</IsTruncated>
                  %s
                  <CommonPrefixes><Prefix>a/b &amp; c/</Prefix></CommonPrefixes>
                  <NextContinuationToken>to+k/en=</NextContinuationToken>
                </ListBucketResult>""".formatted(XMLNS, object("a/cat &lt;1&gt; ü.jpg")));

        assertThat(page.objects()).singleElement().satisfies(cat -> {
            assertThat(cat.key().value()).isEqualTo("a/cat <1> ü.jpg");
            assertThat(cat.size()).isEqualTo(3);
            assertThat(cat.etag()).isEqualTo("\"v1\"");
            assertThat(cat.modified()).isEqualTo(Instant.parse("2026-11-29T14:51:59Z"));
        });
        assertThat(page.prefixes()).containsExactly("a/b & c/");
        assertThat(page.next()).isEqualTo("to+k/en=");
        assertThat(page.hidden()).isZero();
    }

    @Test
    void keysThatAreNoPathAreCountedAsHidden() throws StoreException {
        Page page = parse("<ListBucketResult>" + object("a//b") + object("ok") + object("../x")
                + "<CommonPrefixes><Prefix>//</Prefix></CommonPrefixes></ListBucketResult>");

        assertThat(page.objects()).extracting(o -> o.key().value()).containsExactly("ok");
        assertThat(page.hidden()).isEqualTo(3);
        assertThat(page.nextToken()).isEmpty();
    }

    @Test
    void encodedKeysAreDecodedWhereverTheDocumentSaysSo() throws StoreException {
        Page page = parse("<ListBucketResult>" + object("a%2Bb+c%C3%BC")
                + "<CommonPrefixes><Prefix>d%20e/</Prefix></CommonPrefixes>"
                + "<EncodingType>url</EncodingType></ListBucketResult>");

        assertThat(page.objects()).extracting(o -> o.key().value()).containsExactly("a+b cü");
        assertThat(page.prefixes()).containsExactly("d e/");
    }

    @Test
    void aFullPageOfLongKeysIsRead() throws StoreException {
        String objects = object("&quot;&amp;" + "k".repeat(1000)).repeat(ListQuery.MAX_LIMIT);

        assertThat(parse("<ListBucketResult>" + objects + "</ListBucketResult>").objects())
                .hasSize(ListQuery.MAX_LIMIT);
    }

    @Test
    void anETagMayBeMissing() throws StoreException {
        Page page = parse("<ListBucketResult><Contents><Key>a</Key><Size>1</Size>"
                + "<LastModified>2026-11-29T14:51:59Z</LastModified></Contents></ListBucketResult>");

        assertThat(page.objects().getFirst().etag()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no XML",
                "<html><body>log in first</body></html>",
                "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
                "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
                "<ListBucketResult><IsTruncated>false</IsTruncated>",
                "<ListBucketResult>text</ListBucketResult>",
                "<ListBucketResult><Contents><Key>a</Key><Size>many</Size><ETag>e</ETag>"
                        + "<LastModified>2026-11-29T14:51:59Z</LastModified></Contents></ListBucketResult>",
                "<ListBucketResult><Contents><Key>a</Key><Size>1</Size><ETag>e</ETag>"
                        + "<LastModified>yesterday</LastModified></Contents></ListBucketResult>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><ListBucketResult><Contents><Key>&e;</Key>"
                        + "</Contents></ListBucketResult>",
            })
    void anythingElseIsNotS3s(String document) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> parse(document))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.BAD_ANSWER))
                .withMessageStartingWith("cannot list s3://media/: ");
    }

    private static String object(String key) {
        return "<Contents><Key>" + key + "</Key><LastModified>2026-11-29T14:51:59.123Z</LastModified>"
                + "<ETag>&quot;v1&quot;</ETag><Size>3</Size><StorageClass>STANDARD</StorageClass>"
                + "<Owner><ID>x</ID></Owner></Contents>";
    }

    private static Page parse(String document) throws StoreException {
        return ListAnswer.parse("list s3://media/", document.getBytes(UTF_8));
    }
}
