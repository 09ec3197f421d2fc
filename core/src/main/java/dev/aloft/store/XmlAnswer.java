package dev.aloft.store;

import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// A document of S3, read forwards, element by element. Strict: no document type, no external entity, no text between
/// elements. Namespaces are ignored, since some servers omit S3's. For one thread.
final class XmlAnswer {

    private final XMLStreamReader xml;

    private XmlAnswer(XMLStreamReader xml) {
        this.xml = xml;
    }

    /// Opens a document and enters its root.
    ///
    /// @throws XMLStreamException also where the root has another name
    static XmlAnswer open(byte[] bytes, String root) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XmlAnswer answer = new XmlAnswer(factory.createXMLStreamReader(new ByteArrayInputStream(bytes)));
        String found = answer.next();
        if (!root.equals(found)) {
            throw new XMLStreamException("expected a " + root + ", got " + found);
        }
        return answer;
    }

    /// Enters the next child of the current element.
    ///
    /// @return its name; null at the end of the current element, which is then left
    @Nullable
    String next() throws XMLStreamException {
        return xml.nextTag() == XMLStreamConstants.START_ELEMENT ? xml.getLocalName() : null;
    }

    /// The text of the current element, which is then left; it has no children.
    String text() throws XMLStreamException {
        return xml.getElementText();
    }

    /// Leaves the current element, whatever it holds.
    void skip() throws XMLStreamException {
        for (int depth = 1; depth > 0; ) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
    }
}
