package dev.aloft.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/// A document of S3, read forwards, element by element. Strict: UTF-8, no document type, no entities but XML's own, no
/// text between elements. Attributes and namespaces are passed over, since some servers omit S3's. For one thread.
///
/// An answer to a copy has 200 bytes. The JDK's parser spends a quarter of the CPU time of a copy on its own making.
final class XmlAnswer {

    private static final String COMMENT = "<!--";
    private static final String CHARACTERS = "<![CDATA[";

    private final byte[] bytes;
    private int at;

    /// The names of the elements that have been entered and not left, the innermost first.
    private final Deque<String> entered = new ArrayDeque<>();

    /// True after `<Name/>` was entered.
    private boolean isEmptyElement;

    private XmlAnswer(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Opens a document and enters its root.
    ///
    /// @throws XMLStreamException also where the root has another name
    static XmlAnswer open(byte[] bytes, String root) throws XMLStreamException {
        XmlAnswer answer = new XmlAnswer(bytes);
        if (answer.isAt("\u00ef\u00bb\u00bf")) {
            answer.at = 3; // a byte order mark
        }
        answer.passBlank();
        String found = answer.enter();
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
        if (isEmptyElement) {
            leave();
            return null;
        }
        passBlank();
        if (isAt("</")) {
            leave();
            return null;
        }
        return enter();
    }

    /// The text of the current element, which is then left; it has no children.
    String text() throws XMLStreamException {
        if (isEmptyElement) {
            leave();
            return "";
        }
        String text = characters('<');
        while (!isAt("</")) {
            if (isAt(CHARACTERS)) {
                int begin = at + CHARACTERS.length();
                passUntil("]]>");
                text += decoded(begin, at - "]]>".length());
            } else {
                passMarkup();
            }
            text += characters('<');
        }
        leave();
        return text;
    }

    /// Leaves the current element, whatever it holds.
    void skip() throws XMLStreamException {
        int depth = entered.size();
        while (entered.size() >= depth) {
            if (isEmptyElement) {
                leave();
                continue;
            }
            while (peek() != '<') {
                at++;
            }
            if (isAt("</")) {
                leave();
            } else if (isAt(CHARACTERS)) {
                passUntil("]]>");
            } else if (isAt("<!") || isAt("<?")) {
                passMarkup();
            } else {
                enter();
            }
        }
    }

    /// Reads a start tag.
    ///
    /// @return its name without the prefix of a namespace
    private String enter() throws XMLStreamException {
        require("<");
        String name = name();
        while (true) {
            passSpace();
            if (isAt("/>")) {
                at += 2;
                isEmptyElement = true;
                break;
            }
            if (peek() == '>') {
                at++;
                break;
            }
            name(); // of an attribute
            passSpace();
            require("=");
            passSpace();
            int quote = peek();
            if (quote != '"' && quote != '\'') {
                throw malformed("an attribute without quotes");
            }
            at++;
            characters(quote);
            at++;
        }
        entered.push(name);
        return name.substring(name.indexOf(':') + 1);
    }

    private void leave() throws XMLStreamException {
        String name = entered.pop();
        if (isEmptyElement) {
            isEmptyElement = false;
            return;
        }
        require("</");
        if (!name().equals(name)) {
            throw malformed("another element than " + name + " ends");
        }
        passSpace();
        require(">");
    }

    private String name() throws XMLStreamException {
        int begin = at;
        while (isOfName(peek())) {
            at++;
        }
        if (at == begin) {
            throw malformed("expected a name");
        }
        return decoded(begin, at);
    }

    private static boolean isOfName(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == ':'
                || c > '~';
    }

    /// Reads characters up to this one, or a tag.
    private String characters(int end) throws XMLStreamException {
        int begin = at;
        StringBuilder text = null;
        for (int c = peek(); c != end && c != '<'; c = peek()) {
            if (c == '&') {
                text = (text == null ? new StringBuilder() : text).append(decoded(begin, at));
                text.appendCodePoint(reference());
                begin = at;
            } else {
                at++;
            }
        }
        if (peek() != end) {
            throw malformed("a tag within a tag");
        }
        String rest = decoded(begin, at);
        return text == null ? rest : text.append(rest).toString();
    }

    /// Reads `&amp;`, `&#38;` and their like.
    private int reference() throws XMLStreamException {
        int begin = at + 1;
        passUntil(";");
        String name = decoded(begin, at - 1);
        return switch (name) {
            case "amp" -> '&';
            case "lt" -> '<';
            case "gt" -> '>';
            case "quot" -> '"';
            case "apos" -> '\'';
            default -> codePoint(name);
        };
    }

    private int codePoint(String name) throws XMLStreamException {
        try {
            int point = name.startsWith("#x")
                    ? Integer.parseUnsignedInt(name, 2, name.length(), 16)
                    : Integer.parseUnsignedInt(name, name.startsWith("#") ? 1 : name.length(), name.length(), 10);
            if (Character.isValidCodePoint(point) && Character.getType(point) != Character.SURROGATE) {
                return point;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // falls through: any other reference is none of XML's own
        }
        throw malformed("an unknown entity");
    }

    /// Text of these bytes.
    private String decoded(int begin, int end) throws XMLStreamException {
        try {
            return isAscii(begin, end)
                    ? new String(bytes, begin, end - begin, ISO_8859_1)
                    : UTF_8.newDecoder()
                            .decode(ByteBuffer.wrap(bytes, begin, end - begin))
                            .toString();
        } catch (CharacterCodingException e) {
            throw malformed("no UTF-8");
        }
    }

    private boolean isAscii(int begin, int end) {
        for (int i = begin; i < end; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /// Passes white space, comments and processing instructions.
    private void passBlank() throws XMLStreamException {
        passSpace();
        while (isAt("<!") || isAt("<?")) {
            passMarkup();
            passSpace();
        }
    }

    private void passMarkup() throws XMLStreamException {
        if (isAt(COMMENT)) {
            passUntil("-->");
        } else if (isAt("<?")) {
            passUntil("?>");
        } else {
            throw malformed("a document type, or a child of an element of text");
        }
    }

    private void passSpace() throws XMLStreamException {
        for (int c = peek(); c == ' ' || c == '\n' || c == '\r' || c == '\t'; c = peek()) {
            at++;
        }
    }

    private void passUntil(String end) throws XMLStreamException {
        while (!isAt(end)) {
            peek();
            at++;
        }
        at += end.length();
    }

    private boolean isAt(String text) {
        if (bytes.length - at < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ((bytes[at + i] & 0xff) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void require(String text) throws XMLStreamException {
        if (!isAt(text)) {
            throw malformed("expected " + text);
        }
        at += text.length();
    }

    /// The next byte, which stays the next.
    private int peek() throws XMLStreamException {
        if (at >= bytes.length) {
            throw malformed("the document ends too early");
        }
        return bytes[at] & 0xff;
    }

    private XMLStreamException malformed(String found) {
        return new XMLStreamException("malformed XML at byte " + at + ": " + found);
    }
}
