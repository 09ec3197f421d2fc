package dev.aloft.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.util.Random;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Documents as S3 and its like write them, read like the JDK's parser reads them, and what is none.
@Tag("unit")
final class XmlAnswerTest {

    private static final int DOCUMENTS = 2_000;
    private static final int MAX_DEPTH = 3;

    @Test
    void elementsTextAndReferencesAreRead() throws XMLStreamException {
        XmlAnswer xml = open("""
            \ufeff<?xml version="1.0" encoding="UTF-8"?><!-- a comment -->
            <s3:Answer xmlns:s3='http://s3/"doc"' a = ">">
              <Key>a &lt;1&gt; &amp; &quot;ü&apos; &#x1F600;&#10;</Key>
              <Empty/><Skipped><a b="/Skipped>">x<!-- </Skipped> --><a/></a><![CDATA[</Skipped>]]></Skipped>
              <Raw><![CDATA[1 < 2 &amp;]]> &amp; 3<!-- 4 --></Raw>
            </s3:Answer >\
            """);

        assertThat(xml.next()).isEqualTo("Key");
        assertThat(xml.text()).isEqualTo("a <1> & \"ü' \ud83d\ude00\n");
        assertThat(xml.next()).isEqualTo("Empty");
        assertThat(xml.text()).isEmpty();
        assertThat(xml.next()).isEqualTo("Skipped");
        xml.skip();
        assertThat(xml.next()).isEqualTo("Raw");
        assertThat(xml.text()).isEqualTo("1 < 2 &amp; & 3");
        assertThat(xml.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Answer",
                "<Other/>",
                "<Answer>",
                "<Answer><Key>",
                "<Answer><Key>a</Key>",
                "<Answer><Key>a</Answer>",
                "<Answer><Key>a<b/></Key></Answer>",
                "<Answer>text<Key>a</Key></Answer>",
                "<Answer><Key>&eacute;</Key></Answer>",
                "<Answer><Key>&#xD800000;</Key></Answer>",
                "<Answer><Key>&#xD800;</Key></Answer>",
                "<Answer><Key>&#;</Key></Answer>",
                "<Answer><Key>& </Key></Answer>",
                "<Answer><Key a>b</Key></Answer>",
                "<Answer><Key a=b>c</Key></Answer>",
                "<Answer><Key a='<'>c</Key></Answer>",
                "<Answer>< Key>c</Key></Answer>",
                "<Answer><Key>c</Key</Answer>",
                "<Answer><!DOCTYPE x></Answer>",
                "<!DOCTYPE Answer [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><Answer><Key>&e;</Key></Answer>",
            })
    void whatIsNoDocumentIsRefused(String document) {
        assertThatExceptionOfType(XMLStreamException.class).isThrownBy(() -> read(document.getBytes(UTF_8)));
    }

    @Test
    void textThatIsNoUtf8IsRefused() {
        assertThatExceptionOfType(XMLStreamException.class)
                .isThrownBy(() -> read("<Answer><Key>ü</Key></Answer>".getBytes(ISO_8859_1)))
                .withMessageContaining("no UTF-8");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomDocumentsAreReadAsTheJdkReadsThem(long seed) throws XMLStreamException {
        Random random = new Random(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            String document = element("Answer", 0, random);
            assertThat(read(document.getBytes(UTF_8)))
                    .as("seed %d: %s", seed, document)
                    .isEqualTo(readByTheJdk(document));
        }
    }

    /// What both read, both read alike; what is refused is refused with one kind of exception, and always ends.
    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void damagedDocumentsAreRefusedOrReadAlike(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            StringBuilder damaged = new StringBuilder(element("Answer", 0, random));
            damaged.setCharAt(random.nextInt(damaged.length()), "<>/&;\"' a!".charAt(random.nextInt(10)));
            String document = damaged.toString();
            String ours;
            String theirs;
            try {
                ours = read(document.getBytes(UTF_8));
                theirs = readByTheJdk(document);
            } catch (XMLStreamException e) {
                continue;
            }
            assertThat(ours).as("seed %d: %s", seed, document).isEqualTo(theirs);
        }
    }

    /// An element: E2 has text, E0 text or children, others children.
    private static String element(String name, int depth, Random random) {
        String tag = "<" + name + (random.nextInt(4) == 0 ? " a='x&lt;\">'" : "");
        if (random.nextInt(6) == 0) {
            return tag + "/>";
        }
        StringBuilder inside = new StringBuilder();
        boolean hasText = name.equals("E2") || (name.equals("E0") && random.nextBoolean());
        if (!hasText && depth == MAX_DEPTH) {
            return tag + "/>";
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            inside.append(
                    hasText
                            ? new String[] {"a", "ü", " ", "&amp;", "&#65;", "<![CDATA[<&]]>", "<!-- c -->", "\n"}
                                    [random.nextInt(8)]
                            : new String[] {"", " \n", "<!-- > -->", "<?p x?>"}[random.nextInt(4)]
                                    + element("E" + random.nextInt(3), depth + 1, random));
        }
        return tag + ">" + inside + "</" + name + ">";
    }

    /// What is in a document, without what is in an E0.
    private static String read(byte[] document) throws XMLStreamException {
        StringBuilder read = new StringBuilder();
        children(XmlAnswer.open(document, "Answer"), read);
        return read.toString();
    }

    private static void children(XmlAnswer xml, StringBuilder read) throws XMLStreamException {
        for (String name = xml.next(); name != null; name = xml.next()) {
            read.append(name);
            switch (name) {
                case "E0" -> xml.skip();
                case "E1" -> {
                    read.append('{');
                    children(xml, read);
                    read.append('}');
                }
                default -> read.append('=').append(xml.text()).append(';');
            }
        }
    }

    private static String readByTheJdk(String document) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(document.getBytes(UTF_8)));
        xml.nextTag();
        StringBuilder read = new StringBuilder();
        childrenByTheJdk(xml, read);
        return read.toString();
    }

    private static void childrenByTheJdk(XMLStreamReader xml, StringBuilder read) throws XMLStreamException {
        while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
            String name = xml.getLocalName();
            read.append(name);
            switch (name) {
                case "E0" -> {
                    for (int depth = 1; depth > 0; ) {
                        int event = xml.next();
                        depth += event == XMLStreamConstants.START_ELEMENT
                                ? 1
                                : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
                    }
                }
                case "E1" -> {
                    read.append('{');
                    childrenByTheJdk(xml, read);
                    read.append('}');
                }
                default -> read.append('=').append(xml.getElementText()).append(';');
            }
        }
    }

    private static XmlAnswer open(String document) throws XMLStreamException {
        return XmlAnswer.open(document.getBytes(UTF_8), "Answer");
    }
}
