package dev.aloft.transfer;

/// Takes what becomes of single files, one call at a time.
public interface TransferLog {

    /// A file was copied, or would be.
    void copied(FileRoot from, Entry source, FileRoot to, String name);

    /// A file was deleted, or would be.
    void deleted(FileRoot from, Entry file);

    /// A file has failed.
    ///
    /// @param file as the user names it
    /// @param reason the end of a sentence that begins with the name
    void failed(String file, String reason);
}
