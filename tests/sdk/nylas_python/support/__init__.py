"""What the suite needs beside the SDK."""
