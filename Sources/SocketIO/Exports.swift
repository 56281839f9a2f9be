// Exports: what a program that imports SocketIO sees besides: JSON values and the options of the engine.
// Without this it would have to know that they come from storeys below.

@_exported public import EngineIO
@_exported public import Wire
