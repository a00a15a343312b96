"""Who works when: messages are taken in, their turns run, closed and delivered; nothing is lost."""
